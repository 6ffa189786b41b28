import { relativeCost } from './clock.ts';
import type { Stage } from './recipe.ts';

/** Share of a budget that is left for what is not measured: opening data, validation, writing the version. */
const RESERVE = 0.08;
/** The closing evaluation takes no more of a budget than this, as far as the training is concerned. */
const MOST_FOR_EVALUATION = 0.4;

/** Epochs by stage, as far as they are decided. */
export type Plan = Readonly<Record<string, number>>;

export interface PlannerSetting {
  readonly stages: readonly Stage[];
  /** Seconds for the whole run; undefined leaves the stages alone. */
  readonly budget: number | undefined;
  readonly attackSteps: number;
  /** What an earlier sitting decided: it is kept. */
  readonly plan: Plan;
  /** The stage that an earlier sitting was in: it keeps its length, or its schedule would change under way. */
  readonly begun: string | undefined;
  /** Seconds of an epoch of a stage, from real batches. */
  readonly measure: (stage: Stage) => Promise<number>;
  /** Seconds that the run has taken so far, over all sittings. */
  readonly elapsed: () => number;
  /** Epochs of pre-training that the closing evaluation is worth. */
  readonly evaluationEpochs: number;
  /** Makes what was decided durable. */
  readonly save: (plan: Plan) => void;
}

/** Steps of the closing attacks on each query, and passes of a step: forwards, and back to the pixels. */
const ATTACK_PASSES = 2 * (32 + 32 + 8);
/** Passes of pre-training per image: an anchor and its partner, forwards, back to the pixels of each layer and to its weights. */
const PRETRAIN_PASSES = 6;

/**
 * Epochs of pre-training that the closing evaluation is worth, by its arithmetic.
 * @param queries that are attacked and @param embedded images that are embedded, over all systems. @param trained images of an epoch.
 */
export function evaluationEpochs(queries: number, embedded: number, trained: number): number {
  return (queries * ATTACK_PASSES + embedded) / (PRETRAIN_PASSES * trained);
}

/** Decides how many epochs a stage has, when it begins. */
export interface Planner {
  begin(name: string): Promise<Stage>;
  /** The stages as far as they are decided; the others as long as they are expected to be. */
  stages(): Stage[];
}

/**
 * Shortens stages alike so that they fit into a time; they are never lengthened, and never shorter than one epoch.
 * @param secondsPerEpoch of each stage. @param seconds for all of them.
 */
export function fitStages(stages: readonly Stage[], secondsPerEpoch: readonly number[], seconds: number): Stage[] {
  const needed = stages.reduce((sum, { epochs }, i) => sum + epochs * (secondsPerEpoch[i] as number), 0);
  const share = Math.max(0, Math.min(1, seconds / needed));
  return stages.map((stage) => ({ ...stage, epochs: Math.max(1, Math.floor(stage.epochs * share)) }));
}

/**
 * Fits a run into its budget: when the first of the stages that begin with the same weights does, their real batches are measured,
 * and they are shortened alike, so that the control keeps as many updates as the defense. Stages that come later are reckoned by
 * their arithmetic until then. A stage that turns out not to fit any more when it begins is shortened once more.
 */
export function createPlanner(setting: PlannerSetting): Planner {
  const { budget, attackSteps, measure } = setting;
  let plan = setting.plan;
  let expected: Plan = {};
  const planned = (stage: Stage): Stage => ({ ...stage, epochs: plan[stage.name] ?? stage.epochs });
  const lengths = (stages: readonly Stage[]): Plan =>
    Object.fromEntries(stages.map((each) => [each.name, each.epochs]));
  const decide = (stages: readonly Stage[]): void => {
    plan = { ...plan, ...lengths(stages) };
    setting.save(plan);
  };
  const measured = new Map<string, number>();
  const secondsOf = (stage: Stage): number => {
    const own = measured.get(stage.name);
    if (own !== undefined) return own;
    const [name, seconds] = [...measured][0] as [string, number];
    return (seconds * relativeCost(stage.name, attackSteps)) / relativeCost(name, attackSteps);
  };
  const secondsFor = (wanted: number): number => {
    const [name, seconds] = [...measured][0] as [string, number];
    const pretraining = (seconds * relativeCost('pretrain', attackSteps)) / relativeCost(name, attackSteps);
    const evaluation = Math.min(setting.evaluationEpochs * pretraining, MOST_FOR_EVALUATION * wanted);
    return wanted * (1 - RESERVE) - evaluation - setting.elapsed();
  };

  return {
    stages: () =>
      setting.stages.map((stage) => ({
        ...planned(stage),
        epochs: plan[stage.name] ?? expected[stage.name] ?? stage.epochs,
      })),
    async begin(name) {
      const at = setting.stages.findIndex((stage) => stage.name === name);
      const stage = setting.stages[at] as Stage;
      if (budget === undefined) return stage;
      const known = plan[name];
      if (known !== undefined && setting.begun === name) return planned(stage);
      const later = setting.stages.slice(at);
      const alike = known !== undefined ? [stage] : later.filter(({ from }) => from === stage.from);
      for (const each of alike) if (!measured.has(each.name)) measured.set(each.name, await measure(each));
      const fitted = fitStages(later.map(planned), later.map(secondsOf), secondsFor(budget));
      expected = lengths(fitted);
      decide(fitted.filter((each) => alike.some((other) => other.name === each.name)));
      return planned(stage);
    },
  };
}
