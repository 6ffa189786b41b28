import type { Halves, LabelledImages, Split } from '../types.ts';
import { selectClasses } from './select-classes.ts';

/** Every how manieth class is held out where no test class may be looked at. */
const HELD_OUT = 5;

/** Images for training and for judging: the set's halves, or the training half with every fifth class held out. */
export function splitImages(halves: Halves, split: Split): { train: LabelledImages; judged: LabelledImages } {
  if (split === 'test') return { train: halves.train, judged: halves.test };
  const heldOut = (index: number): boolean => index % HELD_OUT === HELD_OUT - 1;
  return {
    train: selectClasses(halves.train, (_, index) => !heldOut(index)),
    judged: selectClasses(halves.train, (_, index) => heldOut(index)),
  };
}
