import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '../../base/errors.ts';
import { median } from '../../base/statistics.ts';
import type { Report } from '../harness.ts';
import type { Bench } from './bench.ts';
import { fire } from './fire.ts';
import { summarise } from './load.ts';
import { search } from './requests.ts';
import { usageOf } from './usage.ts';

const [SEARCHERS, RATE] = [4, 20];
const POLL_MILLISECONDS = 100;
/** Longer than all swaps take: the load ends with them. */
const SECONDS = 24 * 60 * 60;

interface Models {
  readonly serving: string;
  readonly promotion: { readonly version: string; readonly state: string; readonly error: unknown } | null;
  readonly models: readonly { readonly version: string }[];
}

/** Two versions take over from each other while searches go on: none may fail, and memory must stay where it is. */
export async function swaps(bench: Bench): Promise<Report> {
  const { server, pictures, onProgress } = bench;
  const models = async (): Promise<Models> => (await (await fetch(`${server.url}/models`)).json()) as Models;
  const { serving, models: all } = await models();
  const other = all.find(({ version }) => version !== serving)?.version;
  if (other === undefined) throw new HoldfastError('MODEL_UNKNOWN', 'there is no second model version to swap with');
  const swapTo = async (version: string): Promise<void> => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ force: true });
    const answer = await fetch(`${server.url}/models/${version}/promote`, { method: 'POST', headers, body });
    if (answer.status !== 202)
      throw new HoldfastError('INTERNAL', `a swap was answered ${answer.status}: ${await answer.text()}`);
    for (;;) {
      const { promotion } = await models();
      if (promotion?.state === 'done') return;
      if (promotion?.state === 'failed') throw new HoldfastError('INTERNAL', JSON.stringify(promotion.error));
      await sleep(POLL_MILLISECONDS);
    }
  };
  // The other version embeds the gallery the first time.
  for (const version of [other, serving]) {
    onProgress(`the first swap to ${version}`);
    await swapTo(version);
  }
  const stop = new AbortController();
  const load = fire(server.url, pictures.map(search), {
    ...{ seconds: SECONDS, connections: SEARCHERS, rate: RATE, signal: stop.signal },
  });
  const began = performance.now();
  const memory: number[] = [];
  for (let swap = 0; swap < bench.swaps; swap++) {
    onProgress(`swap ${swap} of ${bench.swaps}`);
    await swapTo(swap % 2 === 0 ? other : serving);
    memory.push(usageOf(server.pid).megabytes);
  }
  const seconds = (performance.now() - began) / 1000;
  stop.abort();
  const { perSecond, failed, refused, p99 } = summarise(await load, seconds);
  if (bench.swaps % 2 === 1) await swapTo(serving);
  const tenth = Math.max(1, Math.floor(memory.length / 10));
  const [first, last] = [median(memory.slice(0, tenth)), median(memory.slice(-tenth))];
  const figures = {
    swaps: bench.swaps,
    'seconds of a swap': seconds / bench.swaps,
    'searches answered': perSecond * seconds,
    'searches not answered': failed + refused,
    'p99 of searches, ms': p99,
    'memory of the first tenth, MB': first,
    'memory of the last tenth, MB': last,
    'memory, last / first': last / first,
  };
  return {
    name: `swaps of ${serving} and ${other} under ${RATE} searches a second`,
    rows: [['', ''], ...Object.entries(figures).map(([name, value]) => [name, value.toFixed(2)])],
    figures,
  };
}
