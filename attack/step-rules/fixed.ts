import type { StepRule } from './types.ts';

/** Projected gradient descent: every step is as long as the one before (Madry et al., 2018). */
export const fixed: StepRule = {
  name: 'fixed',
  returnsToBest: false,
  memory: () => ({}),
  move({ images, clean, gradient, epsilon, stepSize }, memory, constraint) {
    const moved = images.sub(constraint.direction(gradient).mul(stepSize));
    return { images: constraint.project(moved, clean, epsilon), memory };
  },
  intervals: (steps) => Array.from({ length: steps }, () => 0),
};
