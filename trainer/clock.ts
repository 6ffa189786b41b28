import type { StageReport } from './batch-report.ts';
import type { Stage } from './recipe.ts';

/**
 * Estimates what is left of a training. Before a stage has run, its batches are taken to cost what those of the running one do,
 * times their relative arithmetic.
 */
export interface Clock {
  secondsLeft(report: StageReport): number;
}

/** Images embedded and differentiated for one pair of a batch, by stage: forward 1, input gradient 1, all gradients 2. */
export function relativeCost(stage: string, attackSteps: number): number {
  const pretrain = 2 * 3;
  const vanilla = 2 + 2 * 3;
  // Half of the batches attack two images of a triplet, half of them one; each step is a forward pass and a gradient.
  const attacked = 2 + 1.5 * 2 * attackSteps + 3 * 3;
  return { pretrain, vanilla }[stage] ?? attacked;
}

export function createClock(stages: readonly Stage[], attackSteps: number, imagesPerBatch: number): Clock {
  return {
    secondsLeft({ stage, epoch, epochs, batch, batches, imagesPerSecond }) {
      const current = stages.findIndex(({ name }) => name === stage);
      const imagesPerEpoch = batches * imagesPerBatch;
      const perEpoch = imagesPerEpoch / imagesPerSecond;
      const here = (epochs - epoch + (batches - batch) / batches) * perEpoch;
      const later = stages.slice(current + 1).reduce((sum, { name, epochs: count }) => {
        return sum + (count * perEpoch * relativeCost(name, attackSteps)) / relativeCost(stage, attackSteps);
      }, 0);
      return here + later;
    },
  };
}
