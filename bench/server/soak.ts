import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../../base/statistics.ts';
import type { Report } from '../harness.ts';
import type { Bench } from './bench.ts';
import { fire } from './fire.ts';
import { summarise } from './load.ts';
import { idQuery, probe, search } from './requests.ts';
import { riseOf } from './trend.ts';
import { type Usage, usageOf } from './usage.ts';

const LOOKS = 60;
const [SEARCHERS, RATE] = [8, 40];

/** A share of the memory, and descriptors, that a soak may add: what lies below is noise. */
const [MEMORY_RISE, DESCRIPTOR_RISE] = [0.1, 4];

export interface SoakFigures {
  /** Requests that were not answered with 2xx. */
  readonly failed: number;
  /** Megabytes. */
  readonly memory: number;
  readonly memoryRise: number;
  readonly descriptorRise: number;
}

/** What a server must not do in a soak, and did. */
export function soakFaults({ failed, memory, memoryRise, descriptorRise }: SoakFigures): string[] {
  return [
    ...(failed > 0 ? [`${failed} requests were not answered`] : []),
    ...(memoryRise > MEMORY_RISE * memory
      ? [`memory rose by ${memoryRise.toFixed(0)} MB over ${memory.toFixed(0)}`]
      : []),
    ...(descriptorRise > DESCRIPTOR_RISE ? [`${descriptorRise.toFixed(0)} descriptors more are open`] : []),
  ];
}

/** Searches and now and then a probe for minutes: memory and descriptors must stay where they are. The first quarter warms up. */
export async function soak({ server, pictures, ids, minutes, onProgress }: Bench): Promise<Report> {
  const seconds = 60 * minutes;
  const stop = new AbortController();
  const shapes = [...pictures.map(search), ...ids.map(idQuery)];
  const options = { seconds, signal: stop.signal };
  const load = fire(server.url, shapes, { ...options, connections: SEARCHERS, rate: RATE });
  const probes = fire(
    server.url,
    pictures.map((picture) => probe(picture, 8)),
    { ...options, connections: 1, rate: 1 },
  );
  const looks: Usage[] = [];
  for (let look = 0; look < LOOKS; look++) {
    onProgress(`soak: ${look} of ${LOOKS}`);
    await sleep((1000 * seconds) / LOOKS);
    looks.push(usageOf(server.pid));
  }
  const all = [...(await load), ...(await probes)];
  const { perSecond, failed, refused, p99 } = summarise(all, seconds);
  const counted = looks.slice(LOOKS / 4);
  const [memory, descriptors] = [counted.map((look) => look.megabytes), counted.map((look) => look.descriptors)];
  const figures = {
    'answered a second': perSecond,
    'p99, ms': p99,
    failed: failed + refused,
    'memory, MB (median)': median(memory),
    'its rise over the soak, MB': riseOf(memory),
    'descriptors (median)': median(descriptors),
    'their rise over the soak': riseOf(descriptors),
  };
  const faults = soakFaults({
    failed: figures.failed,
    memory: median(memory),
    memoryRise: riseOf(memory),
    descriptorRise: riseOf(descriptors),
  });
  return {
    name: `a soak of ${minutes} minutes`,
    rows: [['', ''], ...Object.entries(figures).map(([name, value]) => [name, value.toFixed(1)])],
    figures,
    faults,
  };
}
