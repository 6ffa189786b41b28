import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { createCompiledEngine } from '../../../engine/compiled.ts';
import { createEagerEngine } from '../../../engine/eager.ts';
import type { Engine } from '../../../engine/types.ts';
import { embeddingOf, measuresOf } from '../../../trainer/defenses/scene.ts';
import type { TrainingSetting } from '../../../trainer/defenses/types.ts';
import { minedUpdate, selectFrom, tripletsIn, vanilla } from '../../../trainer/defenses/vanilla.ts';
import { defaultMiner, type MinedLossOptions } from '../../../trainer/losses/mined.ts';
import { type MinerName, miners } from '../../../trainer/miners/index.ts';
import { newLearner } from '../../../trainer/update.ts';
import { images, smallNet } from '../../attack/support/small-net.ts';
import { recordingEngine } from './recording.ts';
import { initial, labels } from './support.ts';

const compiled = createCompiledEngine(1);
const budget = { epsilon: 0, alpha: 0, steps: 1 };

const settingOf = (engine: Engine, loss: MinedLossOptions, more: Partial<TrainingSetting> = {}): TrainingSetting => ({
  ...{ engine, backbone: smallNet, weightDecay: 1e-4, loss, budget },
  ...more,
});
const batchOf = () => ({ images, labels, epoch: 0, epochs: 1, index: 0, random: createRandom('draw'), rate: 1e-3 });

async function trained(engine: Engine, loss: MinedLossOptions) {
  const recorded = recordingEngine(engine);
  const training = vanilla(settingOf(recorded.engine, loss));
  const first = await training.train(newLearner(initial, training.lossParameters), batchOf());
  const second = await training.train(first.learner, batchOf());
  await training.release();
  return { ...second, programs: recorded.runs.map(({ program }) => program) };
}

/** The same with every batch embedded before its update. */
async function trainedWithSight(engine: Engine, loss: MinedLossOptions) {
  const setting = settingOf(engine, loss);
  const [embedding, update] = [embeddingOf(setting), minedUpdate(setting, 'vanilla')];
  const train = async (learner: ReturnType<typeof newLearner>) => {
    const raw = await embedding.run(learner.weights, images);
    const selection = selectFrom(update.loss, raw, batchOf());
    const result = await update.run(learner, images, selection, batchOf().rate);
    return { ...result, ...measuresOf(raw, tripletsIn(selection), setting) };
  };
  const second = await train((await train(newLearner(initial))).learner);
  await embedding.release();
  await update.release();
  return second;
}

describe.each(Object.entries(miners))('the miner %s', (name, miner) => {
  const rows = images.shape[0] ?? 0;
  const seen = (columns: number, seed: string) => {
    const random = createRandom(seed);
    const data = Float32Array.from({ length: rows * columns }, () => random.normal());
    const view = { embeddings: { shape: [rows, columns], data }, labels, metric: 'N', margin: 0.2 } as const;
    return miner.candidates({ ...view, epoch: 0, epochs: 1 });
  };

  it(`${miner.blind ? 'goes' : 'does not go'} by labels alone`, () => {
    if (miner.blind) expect(seen(0, 'none')).toEqual(seen(5, 'some'));
    else
      expect(['one', 'two', 'three'].map((seed) => JSON.stringify(seen(5, seed)))).not.toEqual(
        new Array(3).fill(JSON.stringify(seen(5, 'zero'))),
      );
    expect(miner.blind ?? false).toBe(
      (['random', 'lifted', 'npair', 'all'] as MinerName[]).includes(name as MinerName),
    );
  });
});

describe.each([
  ['triplet', 'random'],
  ['npair', defaultMiner.npair],
] as const)('vanilla with the loss %s and the blind miner %s', (name, miner) => {
  const loss = { loss: name, miner, metric: 'N' } as const;

  it.each([
    ['compiled', compiled],
    ['eager', createEagerEngine()],
  ])('ends with the bits that it would have with the batch embedded before it, %s', async (_, engine) => {
    const [actual, expected] = [await trained(engine, loss), await trainedWithSight(engine, loss)];
    expect(actual.learner).toEqual(expected.learner);
    expect(actual.programs).toEqual(['vanilla', 'vanilla']);
    expect(actual.loss).toBe(expected.loss);
    expect(actual.spread?.meanDistance).toBeCloseTo(expected.spread.meanDistance, 6);
    expect(actual.spread?.variance).toBeCloseTo(expected.spread.variance, 6);
    if (name === 'npair') expect(actual.hardness).toBeUndefined();
    else expect(actual.hardness).toBeCloseTo(expected.hardness as number, 6);
    expect('embeddings' in actual).toBe(false);
  });

  it('costs no arithmetic beside the update', async () => {
    const [with_, without] = [true, false].map((embeds) => {
      let work = 0;
      const engine: Engine = {
        ...compiled,
        async compile(fn, inputs, options) {
          const program = await compiled.compile(fn, inputs, options);
          work += program.multiplyAdds;
          return program;
        },
      };
      const update = minedUpdate(settingOf(engine, loss), 'vanilla', embeds);
      const selection = selectFrom(update.loss, { shape: [labels.length, 0], data: new Float32Array() }, batchOf());
      return update
        .run(newLearner(initial), images, selection, 1e-3)
        .then(() => update.release())
        .then(() => work);
    });
    expect(await with_).toBe(await without);
    expect(await with_).toBeGreaterThan(0);
  });
});

describe('vanilla with a miner that looks', () => {
  it('embeds each batch before its update', async () => {
    const { programs } = await trained(compiled, { loss: 'triplet', miner: 'semihard', metric: 'N' });
    expect(programs).toEqual(['embed-small', 'vanilla', 'embed-small', 'vanilla']);
  });
});
