import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { createEngine } from '../../../engine/index.ts';
import { beginningOf } from '../../../trainer/checkpoint.ts';
import { defenses, presets } from '../../../trainer/defenses/index.ts';
import { newLearner } from '../../../trainer/learner.ts';
import { collapseIn, PATIENCE, type SeenBatch } from '../../../trainer/monitor/collapse.ts';
import type { Stage } from '../../../trainer/recipe.ts';
import { drawings } from '../../../trainer/recipes/index.ts';
import { runStage } from '../../../trainer/run-stage.ts';
import { patches } from '../support.ts';
import { fragile, memoryLog, stageSetting } from '../tiny.ts';

const limits = { patience: 20, margins: [0.2] };
const batches = (count: number, of: (i: number) => Omit<SeenBatch, 'step'>): SeenBatch[] =>
  Array.from({ length: count }, (_, i) => ({ step: 100 + i, ...of(i) }));
const spread = (meanDistance: number, variance = meanDistance ** 2) => ({ meanDistance, variance });

describe('the collapse monitor', () => {
  it('sees numbers that are none at once, and says which and when', () => {
    expect(
      collapseIn(
        batches(1, () => ({ loss: Number.NaN })),
        limits,
      ),
    ).toContain('the loss is NaN in update 101');
    const infinite = batches(1, () => ({ loss: 1, gradientNorm: Number.POSITIVE_INFINITY }));
    expect(collapseIn(infinite, limits)).toContain('norm of the gradients is Infinity');
    expect(
      collapseIn(
        batches(1, () => ({ loss: 1, spread: spread(Number.NaN) })),
        limits,
      ),
    ).toContain('mean distance');
  });

  it('sees a loss that stays at the margin, with the figure, since when, and what to change', () => {
    const seen = collapseIn(
      batches(30, (i) => ({ loss: 0.2 + 1e-5 * (i % 3) })),
      limits,
    );
    expect(seen).toMatch(/stays at 0\.2.*since update 111/);
    for (const cure of ['--rate', '--miner', '--warmup', '--pretrained', '--step-scale', '--no-collapse-monitor']) {
      expect(seen).toContain(cure);
    }
  });

  it('sees it too when every other batch adds L_TR', () => {
    const turns = batches(20, (i) => ({ loss: i % 2 === 0 ? 0.2 : 0.22 }));
    expect(collapseIn(turns, { ...limits, margins: [0.2, 0.22] })).toContain('all distances are equal');
    expect(collapseIn(turns, limits)).toBeUndefined();
  });

  it('sees embeddings that are one point whatever the loss', () => {
    const seen = collapseIn(
      batches(20, () => ({ loss: 0.7, spread: spread(2e-4) })),
      limits,
    );
    expect(seen).toContain('mean distance between embeddings is 0.00020');
    const flat = batches(20, () => ({ loss: 0.7, spread: spread(0.5, 1e-12) }));
    expect(collapseIn(flat, limits)).toContain('variance');
  });

  it.each([
    ['fewer batches than its patience', batches(19, () => ({ loss: 0.2 }))],
    ['a start near the margin that leaves it', batches(20, (i) => ({ loss: 0.2 - 1e-5 * i }))],
    ['a noisy loss around the margin', batches(20, (i) => ({ loss: 0.2 + 0.002 * Math.sin(i) }))],
    ['a loss of zero', batches(20, () => ({ loss: 0, spread: spread(0.9) }))],
    ['one batch away from the margin', batches(20, (i) => ({ loss: i === 12 ? 0.19 : 0.2 }))],
    ['points that move apart', batches(20, (i) => ({ loss: 0.19, spread: spread(1e-4 * (1 + i)) }))],
  ])('takes %s for healthy', (_, recent) => {
    expect(collapseIn(recent, limits)).toBeUndefined();
  });
});

describe('a run under the monitor', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-collapse-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const images = patches(5, 3, fragile.size);

  async function run(rate: number, watch: { margins: readonly number[] } | undefined) {
    const engine = await createEngine({ threads: 1 });
    const { loss, metric, miner, attack: budget, caTride } = drawings;
    const setting = { engine, backbone: fragile, weightDecay: 0, loss: { loss, metric, miner }, budget };
    const training = (defenses.vanilla as (typeof defenses)[string])(setting, { ...presets.paper, ...caTride });
    const stage: Stage = { name: 'vanilla', from: undefined, epochs: 80, rate, schedule: 'constant', warmup: 0 };
    const begin = { learner: newLearner(fragile.init(createRandom('weights'))), progress: beginningOf('vanilla') };
    const log = memoryLog();
    // With this seed a huge rate ends in one point; with others it ends in a network that knows the few pictures.
    const more = { watch, log, logEvery: 1, checkpointSeconds: 60, seed: 0 };
    await runStage(stage, training, begin, stageSetting(images, folder, more)).finally(() => training.release());
    return log.lines.filter(({ kind }) => kind === 'batch').map((line) => line.loss as number);
  }

  it('is stopped when a huge rate makes one point of all embeddings', async () => {
    await expect(run(10, { margins: [0.2] })).rejects.toMatchObject({
      code: 'TRAINING_COLLAPSED',
      message: expect.stringMatching(/^vanilla, epoch \d+ of 80: .*since update/),
    });
  });

  it('goes on regardless without it, and the loss is where the monitor says', async () => {
    const losses = await run(10, undefined);
    expect(losses).toHaveLength(160);
    expect(losses.slice(-PATIENCE).every((loss) => Math.abs(loss - 0.2) < 4e-4)).toBe(true);
  });

  it.each([1e-5, 1e-3, 1e-2])('is not stopped at a rate of %d', async (rate) => {
    const losses = await run(rate, { margins: [0.2] });
    expect(losses).toHaveLength(160);
  });
});
