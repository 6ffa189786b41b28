import { createRandom } from '../base/random.ts';
import type { ProgressLine } from '../base/terminal.ts';
import type { Backbone, Preprocessing, Weights } from '../embedding/types.ts';
import { type Evaluation, evaluate, evaluationBudget } from './evaluate.ts';
import { resultOf } from './learner.ts';
import { openRun, type RunFolders, systemsOf } from './open-run.ts';
import type { HardenOptions } from './options.ts';
import { type Recipe, type Stage, stagesOf } from './recipe.ts';
import { trainStages } from './train-stages.ts';

export interface Outcome {
  readonly weights: Weights;
  readonly backbone: Backbone;
  readonly preprocessing: Preprocessing;
  readonly recipe: Recipe;
  /** What the run began with. */
  readonly began: string;
  /** The stages as they were run, shortened where there was a budget. */
  readonly stages: readonly Stage[];
  /** Seconds of training, over all sittings. */
  readonly seconds: number;
  /** The undefended control first, the defended system last. */
  readonly systems: readonly (readonly [name: string, evaluation: Evaluation])[];
  /** The device that computed: what `auto` took. */
  readonly device: string;
}

/**
 * Trains all stages of a run, or what is left of them, and evaluates the undefended control and the defended system.
 * @param own a recipe in place of the data set's.
 * @throws the signal's reason when stopped; the run goes on from its last checkpoint when called again. HoldfastError as `openRun`.
 */
export async function harden(
  options: HardenOptions,
  folders: RunFolders,
  line: ProgressLine,
  signal: AbortSignal,
  own?: Recipe,
): Promise<Outcome> {
  const run = await openRun(options, folders, line, signal, own);
  const { engine, backbone, recipe, first, judged, judge, preprocessing } = run;
  try {
    const { finished, seconds, stages } = await trainStages(run, stagesOf(recipe, systemsOf(options), first.fresh));
    const resultFor = (name: string): Weights => {
      const learner = finished.get(name);
      if (learner === undefined) throw new RangeError(`no stage ${name} was trained`);
      return resultOf(learner);
    };
    const systems: [string, Evaluation][] = [];
    for (const name of systemsOf(options)) {
      const evaluation = await evaluate(resultFor(name), {
        engine,
        backbone,
        labels: judged.labels,
        read: judge.batch,
        queries: options.queries,
        random: createRandom(options.seed).fork('queries'),
        budget: evaluationBudget(recipe),
        signal,
        onProgress: (share) => line.update(`attacking ${name}: ${Math.floor(100 * share)} %`),
      });
      systems.push([name, evaluation]);
    }
    line.finish(`trained for ${seconds.toFixed(0)} s; log, curves and checkpoints in ${run.folder}`);
    const made = { weights: resultFor(options.defense), backbone, preprocessing };
    return { ...made, recipe, began: first.says, stages, seconds, systems, device: engine.device };
  } finally {
    await run.close();
  }
}
