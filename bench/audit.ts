import { attackAll } from '../attack/suite/attack-all.ts';
import { rob28, rob224 } from '../attack/suite/profiles.ts';
import { withGallery } from '../attack/suite/scene.ts';
import type { Budget } from '../attack/types.ts';
import { HoldfastError } from '../base/errors.ts';
import { createRandom } from '../base/random.ts';
import { median } from '../base/statistics.ts';
import { c2f2 } from '../embedding/backbones/c2f2.ts';
import { compact } from '../embedding/backbones/compact.ts';
import type { Backbone } from '../embedding/types.ts';
import { takeRows } from '../engine/arrays.ts';
import { createEngine } from '../engine/index.ts';
import type { Engine } from '../engine/types.ts';
import { chunkOf } from '../trainer/chunk.ts';
import type { Report } from './harness.ts';
import { meteredEngine, type ProgramRun } from './step/meter.ts';

export interface AuditBenchOptions {
  /** Queries that are attacked; 1000 if left out. */
  readonly queries?: string | undefined;
}

const QUERIES = 1000;
const CLASSES = 100;
/** Forward passes that are timed before and after, each of a whole chunk. */
const FORWARD = 5;

const networks: readonly { backbone: Backbone; budget: Budget }[] = [
  { backbone: compact, budget: { ...rob224.budget, keepBest: true } },
  { backbone: c2f2, budget: { ...rob28.budget, keepBest: true } },
];

export interface AuditCost {
  /** Of the ten attacks on all queries. */
  readonly seconds: number;
  /** Of one forward pass of as many images as were attacked. */
  readonly forwardSeconds: number;
  /** Multiply-adds of all programs, and of that forward pass. */
  readonly multiplyAdds: number;
  readonly forwardMultiplyAdds: number;
}

/** How much longer the attacks take than their arithmetic would at the rate of a forward pass. */
export function overheadOf({ seconds, forwardSeconds, multiplyAdds, forwardMultiplyAdds }: AuditCost): number {
  return seconds / (forwardSeconds * (multiplyAdds / forwardMultiplyAdds));
}

/**
 * The multiply-adds of runs of programs. A whole attack is counted with those of one step, and with the forward pass for its last
 * iterate. @param forward multiply-adds of the forward pass of a batch.
 */
export function arithmeticOf(
  runs: readonly Omit<ProgramRun, 'milliseconds'>[],
  steps: number,
  forward: number,
): number {
  const isAttack = (program: string): boolean => program.startsWith('best-');
  return runs.reduce(
    (sum, { program, multiplyAdds }) =>
      sum + (isAttack(program) ? (multiplyAdds - forward) * steps + forward : multiplyAdds),
    0,
  );
}

async function measure(engine: Engine, { backbone, budget }: (typeof networks)[number], queries: number) {
  const meter = meteredEngine(engine);
  const random = createRandom('audit bench');
  const weights = backbone.init(random.fork('weights'));
  const { size, channels } = backbone;
  const data = Float32Array.from({ length: queries * size * size * channels }, () => random.uniform());
  const pictures = { shape: [queries, size, size, channels], data };
  const images = (rows: readonly number[]) => takeRows(pictures, rows);
  const labels = Int32Array.from({ length: queries }, (_, row) => row % CLASSES);
  const count = Math.min(chunkOf(backbone), queries);
  const rows = Array.from({ length: queries }, (_, row) => row);
  const set = {
    ...{ engine: meter.engine, backbone, weights, images, labels, count },
    metric: 'N',
    protocol: 'exact',
  } as const;
  return withGallery(set, async (scene, embedding): Promise<AuditCost> => {
    const chunk = images(rows.slice(0, count));
    const times: number[] = [];
    const timeForward = async (): Promise<void> => {
      for (let i = 0; i < FORWARD; i++) {
        meter.take();
        await embedding.run({}, chunk);
        times.push((meter.take()[0] as ProgramRun).milliseconds);
      }
    };
    await timeForward();
    const started = performance.now();
    const adversary = { engine: meter.engine, backbone, weights, embedding, budget };
    await attackAll(adversary, scene, { images, queries: rows, count, random });
    const seconds = (performance.now() - started) / 1000;
    const runs = meter.take();
    await embedding.run({}, chunk);
    const { multiplyAdds: forward } = meter.take()[0] as ProgramRun;
    await timeForward();
    const perImage = median(times) / 1000 / count;
    const attacked = 9 * queries;
    return {
      seconds,
      multiplyAdds: arithmeticOf(runs, budget.steps, forward),
      forwardSeconds: perImage * attacked,
      forwardMultiplyAdds: (forward / count) * attacked,
    };
  });
}

/**
 * Seconds of the ten attacks (nine are run; ES gives two of the measures) on noise, beside the forward pass of as many images and beside
 * what their arithmetic would take at the rate of that pass.
 * @throws HoldfastError OPTION_INVALID
 */
export async function benchAudit({ queries: text = String(QUERIES) }: AuditBenchOptions = {}): Promise<Report> {
  if (!/^[1-9]\d*$/.test(text)) throw new HoldfastError('OPTION_INVALID', `--queries is "${text}", not 1 or more`);
  const queries = Number(text);
  const engine = await createEngine({ device: 'cpu' });
  const rows: string[][] = [
    ['network', 'seconds', 'forward pass, s', 'ratio', 'of multiply-adds', 'seconds / arithmetic'],
  ];
  const figures: Record<string, number> = {};
  for (const network of networks) {
    const { name } = network.backbone;
    const cost = await measure(engine, network, queries);
    const ratio = cost.seconds / cost.forwardSeconds;
    const arithmetic = cost.multiplyAdds / cost.forwardMultiplyAdds;
    const overhead = overheadOf(cost);
    rows.push([
      name,
      cost.seconds.toFixed(1),
      cost.forwardSeconds.toFixed(2),
      ratio.toFixed(1),
      arithmetic.toFixed(1),
      overhead.toFixed(2),
    ]);
    figures[`${name}, seconds`] = Number(cost.seconds.toFixed(2));
    figures[`${name}, ratio to the forward pass`] = Number(ratio.toFixed(2));
    figures[`${name}, ratio to the arithmetic`] = Number(overhead.toFixed(3));
  }
  return {
    name: `the ten attacks on ${queries} queries, ${rob224.budget.steps} steps, ${engine.device}, ${engine.threads} threads`,
    rows,
    figures,
  };
}
