import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../../base/statistics.ts';
import type { Report } from '../harness.ts';
import type { Bench } from './bench.ts';
import { beside } from './beside.ts';
import { faultsOf } from './faults.ts';
import { fire } from './fire.ts';
import { type Answer, failuresOf, summarise } from './load.ts';
import { idQuery, probe, search } from './requests.ts';
import { riseOf } from './trend.ts';
import { type Usage, usageOf } from './usage.ts';

const LOOKS = 60;
const [SEARCHERS, RATE] = [8, 40];

/** Searches and now and then a probe for minutes: memory and descriptors must stay where they are. The first quarter warms up. */
export async function soak({ server, pictures, ids, minutes, onProgress }: Bench): Promise<Report> {
  const seconds = 60 * minutes;
  const shapes = [...pictures.map(search), ...ids.map(idQuery)];
  const probes = pictures.map((picture) => probe(picture, 8));
  const load = async (signal: AbortSignal): Promise<Answer[]> => {
    const searching = fire(server.url, shapes, { seconds, signal, connections: SEARCHERS, rate: RATE });
    const probing = fire(server.url, probes, { seconds, signal, connections: 1, rate: 1 });
    return [...(await searching), ...(await probing)];
  };
  const looks: Usage[] = [];
  const { answers } = await beside(load, async () => {
    for (let look = 0; look < LOOKS; look++) {
      onProgress(`soak: ${look} of ${LOOKS}`);
      await sleep((1000 * seconds) / LOOKS);
      looks.push(usageOf(server.pid));
    }
  });
  const { perSecond, failed, refused, p99 } = summarise(answers, seconds);
  const counted = looks.slice(LOOKS / 4);
  const [memory, descriptors] = [counted.map((look) => look.megabytes), counted.map((look) => look.descriptors)];
  const threads = riseOf(counted.map((look) => look.threads));
  const figures = {
    'answered a second': perSecond,
    'p99, ms': p99,
    failed: failed + refused,
    'memory, MB (median)': median(memory),
    'its rise over the soak, MB': riseOf(memory),
    'descriptors (median)': median(descriptors),
    'their rise over the soak': riseOf(descriptors),
    'rise of threads': threads,
  };
  const faults = faultsOf({
    failed: figures.failed,
    memory: median(memory),
    memoryRise: riseOf(memory),
    descriptorRise: riseOf(descriptors),
    threadRise: threads,
  });
  return {
    name: `a soak of ${minutes} minutes`,
    rows: [
      ['', ''],
      ...Object.entries(figures).map(([name, value]) => [name, value.toFixed(1)]),
      ['answers that failed', failuresOf(answers)],
    ],
    figures,
    faults,
  };
}
