import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../base/files.ts';
import { median } from '../../base/statistics.ts';
import { EF_CONSTRUCTION, M } from '../../index/hnsw-bytes.ts';
import type { Report } from '../harness.ts';
import { type BenchData, benchData } from './data.ts';
import { type Engine, engines } from './engines.ts';
import { recallOf, smallestWidth } from './measure.ts';
import { type IndexBenchOptions, readIndexOptions } from './options.ts';
import { type Peer, startPeer } from './peer.ts';
import { type Figures, figuresOf, HEAD, rowOf, TARGETS, USUAL } from './report.ts';
import { type Cost, K, type Opened } from './types.ts';

const ROUNDS = 5;

/** An engine that is open on some vectors. */
interface Running {
  readonly engine: Engine;
  readonly peer: Peer;
  readonly build: Cost;
  readonly rebuild: Cost | undefined;
  readonly opened: Opened;
}

/**
 * The graph of the gallery beside raw hnswlib-node and, where Python has them, faiss and hnswlib, with the same
 * parameters: single searches on one thread, recall of the ten nearest against the exact twin. What was built is kept in
 * `HOLDFAST_DATA/bench/index`, so that the same command goes on after a stop and measures searches alone the next time.
 * @throws HoldfastError OPTION_INVALID, INTERNAL when an engine fails
 */
export async function benchIndex(given: IndexBenchOptions = {}): Promise<Report> {
  const { counts, dimensions, queries, python, engines: names } = readIndexOptions(given);
  const root = join(process.env.HOLDFAST_DATA ?? '.holdfast', 'bench', 'index');
  const note = (text: string): void => void process.stderr.write(`${text}\n`);
  const wanted = names.flatMap((name) => {
    const engine = engines[name]?.({ root, python });
    if (engine === undefined) note(`left out: ${name}, which is not here`);
    return engine ?? [];
  });
  const rows: string[][] = [[...HEAD]];
  const figures: Record<string, number> = {};
  for (const dimension of dimensions) {
    for (const count of counts) {
      note(`${count} vectors of ${dimension} dimensions`);
      const data = benchData(root, count, dimension, queries);
      for (const [engine, found] of await compare(wanted, data, note)) {
        rows.push(rowOf(engine, data, found));
        Object.assign(figures, figuresOf(engine, data, found));
      }
    }
  }
  return {
    name: `single searches for ten, M ${M}, efConstruction ${EF_CONSTRUCTION}, ${queries} queries`,
    rows,
    figures,
  };
}

async function compare(wanted: readonly Engine[], data: BenchData, note: (text: string) => void) {
  const running: Running[] = [];
  try {
    for (const engine of wanted) {
      note(`  ${engine.name}`);
      running.push(await open(engine, data));
    }
    return await measure(running, data);
  } finally {
    for (const { peer } of running) await peer.close();
  }
}

/** Builds where that was not done before, in a process that ends then, and opens in a fresh one. */
async function open(engine: Engine, data: BenchData): Promise<Running> {
  const { folder, queriesFile, count, dimension } = data;
  const own = join(folder, engine.folder);
  const settings = { data: folder, queriesFile, own, count, dimension, m: M, efConstruction: EF_CONSTRUCTION };
  const costs = `${own}.json`;
  if (!existsSync(costs)) {
    mkdirSync(folder, { recursive: true });
    const builder = startPeer(engine.command, settings);
    const build = await builder.ask('build', undefined);
    const rebuild = engine.rebuilds ? await builder.ask('rebuild', undefined) : undefined;
    await builder.close();
    writeFileAtomic(costs, JSON.stringify({ build, rebuild }));
  }
  const peer = startPeer(engine.command, settings);
  return { engine, peer, ...JSON.parse(readFileSync(costs, 'utf8')), opened: await peer.ask('open', undefined) };
}

/** Finds the widths first, then times all engines in turn, so that a machine that slows down slows all of them. */
async function measure(running: readonly Running[], { truth }: BenchData): Promise<[string, Figures][]> {
  const queries = truth.length / K;
  const recallAt = async ({ peer }: Running, ef: number): Promise<number> =>
    recallOf((await peer.ask('search', { ef })).rows, truth);
  const widths: number[][] = [];
  for (const one of running) {
    const own: number[] = [];
    for (const target of TARGETS) own.push(await smallestWidth(target, (ef) => recallAt(one, ef), own.at(-1)));
    widths.push(own);
  }
  const times = running.map(() => TARGETS.map(() => [] as number[]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, { peer }] of running.entries()) {
      for (const [target, ef] of (widths[i] ?? []).entries()) {
        times[i]?.[target]?.push((await peer.ask('search', { ef })).cpuSeconds);
      }
    }
  }
  const found: [string, Figures][] = [];
  for (const [i, one] of running.entries()) {
    const at = (widths[i] ?? []).map((ef, target) => ({ ef, rate: queries / median(times[i]?.[target] ?? []) }));
    const { build, rebuild, opened } = one;
    found.push([one.engine.name, { build, rebuild, opened, usualRecall: await recallAt(one, USUAL), at }]);
  }
  return found;
}
