import { relativeCost } from '../../../../trainer/clock.ts';

/** A batch's line of the log; epoch and batch count from 1. */
export interface LoggedBatch {
  readonly stage: string;
  readonly epoch: number;
  readonly epochs: number;
  readonly batch: number;
  readonly batches: number;
  readonly loss?: number | undefined;
  readonly imagesPerSecond?: number | undefined;
}

/** The attack of a training, as the recipes have it, for weighing stages. */
const ATTACK_STEPS = 4;
/** What the closing evaluation takes of a run, roughly. */
const EVALUATION = 0.05;

/** How far a run is, 0 to 1: stages are weighed by their arithmetic, and the closing evaluation comes last. */
export function shareOf(
  at: LoggedBatch,
  stages: readonly { readonly name: string; readonly epochs: number }[],
): number {
  const cost = (name: string, epochs: number): number => epochs * relativeCost(name, ATTACK_STEPS);
  const position = stages.findIndex(({ name }) => name === at.stage);
  const total = (list: typeof stages): number => list.reduce((sum, { name, epochs }) => sum + cost(name, epochs), 0);
  const here = cost(at.stage, at.epochs);
  const done =
    total(stages.slice(0, Math.max(0, position))) + here * ((at.epoch - 1 + at.batch / at.batches) / at.epochs);
  const all = total(stages.slice(0, Math.max(0, position))) + here + total(stages.slice(position + 1));
  return (1 - EVALUATION) * (done / all);
}
