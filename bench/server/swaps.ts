import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '../../base/errors.ts';
import { mean } from '../../base/statistics.ts';
import type { Report } from '../harness.ts';
import type { Bench } from './bench.ts';
import { beside } from './beside.ts';
import { faultsOf } from './faults.ts';
import { fire } from './fire.ts';
import { type Answer, summarise } from './load.ts';
import { search } from './requests.ts';
import { type Started, untilMeasured } from './started.ts';
import { riseOf } from './trend.ts';
import { type Usage, usageOf } from './usage.ts';

const [SEARCHERS, RATE] = [4, 20];
const POLL_MILLISECONDS = 50;
/** Swaps that are made before searches go on. */
const ALONE = 4;
/** Longer than all swaps take: the load ends with them. */
const SECONDS = 24 * 60 * 60;

interface Models {
  readonly serving: string;
  readonly promotion: { readonly version: string; readonly state: string; readonly error: unknown } | null;
  readonly models: readonly { readonly version: string }[];
}

/** Two versions take over from each other while searches go on: none may fail, and memory must stay where it is. */
export async function swaps({ server, data, pictures, onProgress, swaps: count }: Bench): Promise<Report> {
  const { serving, models } = await modelsOf(server);
  const other = models.find(({ version }) => version !== serving)?.version;
  if (other === undefined) throw new HoldfastError('MODEL_UNKNOWN', 'there is no second model version to swap with');
  const after = (swap: number): string => (swap % 2 === 0 ? other : serving);
  // The other version embeds the gallery the first time.
  for (let swap = 0; swap < 2; swap++) {
    onProgress(`the first swap to ${after(swap)}`);
    await swapTo(server, after(swap));
    await untilMeasured(server, data, after(swap));
  }
  const alone = await lapOf(server, async () => {
    for (let swap = 0; swap < ALONE; swap++) await swapTo(server, after(swap));
  });
  const load = (signal: AbortSignal): Promise<Answer[]> =>
    fire(server.url, pictures.map(search), { seconds: SECONDS, connections: SEARCHERS, rate: RATE, signal });
  const looks: Usage[] = [];
  const { result, answers } = await beside(load, () =>
    lapOf(server, async () => {
      for (let swap = 0; swap < count; swap++) {
        onProgress(`swap ${swap} of ${count}: ${(looks.at(-1)?.megabytes ?? 0).toFixed(0)} MB`);
        await swapTo(server, after(swap));
        looks.push(usageOf(server.pid));
      }
    }),
  );
  const { seconds } = result;
  const { perSecond, failed, refused, p99 } = summarise(answers, seconds);
  if (count % 2 === 1) await swapTo(server, serving);
  const of = (what: (usage: Usage) => number): [level: number, rise: number] => {
    const values = looks.map(what);
    return [mean(values), riseOf(values)];
  };
  const [memory, memoryRise] = of(({ megabytes }) => megabytes);
  const [[, descriptorRise], [, threadRise]] = [of(({ descriptors }) => descriptors), of(({ threads }) => threads)];
  const figures = {
    swaps: count,
    'seconds of a swap': seconds / count,
    'seconds of a swap without searches': alone.seconds / ALONE,
    'CPU seconds of that': alone.cpuSeconds / ALONE,
    'searches answered': perSecond * seconds,
    'searches not answered': failed + refused,
    'p99 of searches, ms': p99,
    'memory, MB (mean)': memory,
    'its rise over all swaps, MB': memoryRise,
    'its rise, share': memoryRise / (memory - memoryRise / 2),
    'rise of descriptors': descriptorRise,
    'rise of threads': threadRise,
  };
  return {
    name: `swaps of ${serving} and ${other} under ${RATE} searches a second`,
    rows: [['', ''], ...Object.entries(figures).map(([name, value]) => [name, value.toFixed(2)])],
    figures,
    faults: faultsOf({
      failed: failed + refused,
      memory: memory - memoryRise / 2,
      memoryRise,
      descriptorRise,
      threadRise,
    }),
  };
}

async function modelsOf({ url }: Started): Promise<Models> {
  return (await (await fetch(`${url}/models`)).json()) as Models;
}

/** Promotes a version and waits until it is served. */
async function swapTo(server: Started, version: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ force: true });
  const answer = await fetch(`${server.url}/models/${version}/promote`, { method: 'POST', headers, body });
  if (answer.status !== 202)
    throw new HoldfastError('INTERNAL', `a swap was answered ${answer.status}: ${await answer.text()}`);
  for (;;) {
    const { promotion } = await modelsOf(server);
    if (promotion?.state === 'done') return;
    if (promotion?.state === 'failed' || promotion?.state === 'cancelled')
      throw new HoldfastError('INTERNAL', `a swap is ${promotion.state}: ${JSON.stringify(promotion.error)}`);
    await sleep(POLL_MILLISECONDS);
  }
}

/** Seconds of some work, and what the server computed meanwhile. */
async function lapOf({ pid }: Started, work: () => Promise<void>): Promise<Record<'seconds' | 'cpuSeconds', number>> {
  const [began, { cpuSeconds }] = [performance.now(), usageOf(pid)];
  await work();
  return { seconds: (performance.now() - began) / 1000, cpuSeconds: usageOf(pid).cpuSeconds - cpuSeconds };
}
