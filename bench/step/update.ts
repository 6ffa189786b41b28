import { createRandom } from '../../base/random.ts';
import type { Backbone } from '../../embedding/types.ts';
import type { Engine } from '../../engine/types.ts';
import { caTride } from '../../trainer/defenses/ca-tride.ts';
import { presets } from '../../trainer/defenses/index.ts';
import { TURNS, type Turn } from '../../trainer/defenses/options.ts';
import type { Batch } from '../../trainer/defenses/types.ts';
import type { Recipe } from '../../trainer/recipe.ts';
import { newLearner } from '../../trainer/update.ts';
import { meteredEngine } from './meter.ts';

/** Attack steps of the specification, section 4.7. */
export const STEPS = 16;

/** So small that no attack comes to its goal before its last step; a step costs the same whatever its size. */
const ALPHA = 1e-9;

/** What an update did. */
export interface Update {
  /** Steps that the attack took. */
  readonly steps: number;
  readonly seconds: number;
  /** Inside programs. */
  readonly programSeconds: number;
  readonly attackSeconds: number;
  /** Of the programs that ran; of the attack those of one step. */
  readonly multiplyAdds: { readonly embed: number; readonly step: number; readonly update: number };
}

type Images = Pick<Batch, 'images' | 'labels'>;

/** Epochs as an update sees them: the first has steps of no size. */
const EPOCHS = { first: 0, later: 1 } as const;
export type Epoch = keyof typeof EPOCHS;

/** The training step of CA-TRIDE as a run has it, by itself, always from the same weights. @param recipe all but the attack's steps. */
export function catrideUpdates(engine: Engine, backbone: Backbone, recipe: Recipe) {
  const meter = meteredEngine(engine);
  const { weightDecay, loss, metric, miner } = recipe;
  const budget = { ...recipe.caTride.budget, alpha: ALPHA, steps: STEPS };
  const training = caTride(
    { engine: meter.engine, backbone, weightDecay, loss: { loss, metric, miner }, budget },
    { ...presets.paper, ...recipe.caTride, budget },
  );
  const learner = newLearner(backbone.init(createRandom('bench')));
  return {
    weights: learner.weights,
    async run(turn: Turn, epoch: Epoch, batch: Images): Promise<Update> {
      meter.take();
      const started = performance.now();
      const { steps = 0 } = await training.train(learner, {
        ...batch,
        index: TURNS.indexOf(turn),
        epoch: EPOCHS[epoch],
        epochs: 2,
        random: createRandom('triplets'),
        rate: 1e-3,
      });
      const seconds = (performance.now() - started) / 1000;
      const runs = meter.take();
      const of = (name: string) => {
        const own = runs.filter(({ program }) => program === name);
        return {
          multiplyAdds: own.reduce((sum, run) => sum + run.multiplyAdds, 0),
          seconds: own.reduce((sum, run) => sum + run.milliseconds, 0) / 1000,
        };
      };
      const [embed, attack, update] = [`embed-${backbone.name}`, `attack-catride-${turn}`, `ca-tride-${turn}`].map(of);
      return {
        steps,
        seconds,
        programSeconds: runs.reduce((sum, run) => sum + run.milliseconds, 0) / 1000,
        attackSeconds: attack?.seconds ?? 0,
        multiplyAdds: {
          embed: embed?.multiplyAdds ?? 0,
          step: attack?.multiplyAdds ?? 0,
          update: update?.multiplyAdds ?? 0,
        },
      };
    },
    release: () => training.release(),
  };
}
