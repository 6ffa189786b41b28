import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { createEngine } from '../../../engine/index.ts';
import { defenses, presets, pretraining } from '../../../trainer/defenses/index.ts';
import { newLearner } from '../../../trainer/learner.ts';
import { createLoader } from '../../../trainer/loading/index.ts';
import { drawings } from '../../../trainer/recipes/index.ts';
import { patches } from '../support.ts';
import { tiny } from '../tiny.ts';

const engine = await createEngine({ threads: 1 });
const images = patches(2, 2, tiny.size);
// Pairs of pictures that look unlike, so that every loss has something to do.
const rows = [0, 2, 1, 3];
const labels = [0, 0, 1, 1];
const loader = createLoader(images, { size: 8, channels: 3, augmentation: 'none', threads: 0 });
const pixels = await loader.batch(rows);
const weights = tiny.init(createRandom('weights'));
const budget = { ...drawings.attack, steps: 1 };
const base = { engine, backbone: tiny, weightDecay: 0, loss: { loss: 'triplet', metric: 'N' }, budget } as const;
const caTride = { ...presets.paper, ...drawings.caTride, budget };
const trainings = { pretrain: (setting: typeof base) => pretraining(setting), ...defenses };

describe.each(Object.keys(trainings))('%s', (name) => {
  it("hands the recipe's setting on to its updates", async () => {
    const setting = { ...base, average: 0.5, batchNorm: 'live', clipNorm: 1e-3 } as const;
    const training = (trainings[name as keyof typeof trainings] as (typeof defenses)[string])(setting, caTride);
    const learner = newLearner(weights, training.lossParameters, true);
    const batch = { images: pixels, labels, epoch: 1, epochs: 2, index: 0, random: createRandom(1), rate: 0.1 };
    const report = await training.train(learner, batch).finally(() => training.release());
    const after = report.learner;
    expect(after.average?.['head.kernel']).not.toEqual(weights['head.kernel']);
    expect(after.average?.['head.kernel']).not.toEqual(after.weights['head.kernel']);
    expect(after.weights['layer.mean']).not.toEqual(weights['layer.mean']);
    expect(report.gradientNorm).toBeGreaterThan(1e-3);
    // Adam's first moment is a tenth of the clipped gradient.
    const square = Object.values(after.adam.first).reduce(
      (sum, { data }) => sum + [...data].reduce((s, v) => s + v * v, 0),
      0,
    );
    expect(10 * Math.sqrt(square)).toBeCloseTo(1e-3, 5);
  });
});
