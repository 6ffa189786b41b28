import { z } from 'zod';
import { HoldfastError } from '../base/errors.ts';
import type { LogLine } from './monitor/log.ts';
import type { Split } from './option-table.ts';
import type { LabelledImages } from './types.ts';

/** Pictures of each class that has some. */
function sizesOf({ labels }: Pick<LabelledImages, 'labels'>): number[] {
  const sizes = new Map<number, number>();
  for (const label of labels) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  return [...sizes.values()];
}

/**
 * Refuses a set that nothing can be learnt from, or that nothing can be measured on, before hours are spent.
 * @throws HoldfastError DATA_DAMAGED, or OPTION_INVALID where it is the split that leaves nothing
 */
export function checkHalves(train: LabelledImages, judged: LabelledImages, split: Split): void {
  if (sizesOf(train).length < 2) {
    throw new HoldfastError(
      'DATA_DAMAGED',
      `${train.name} has ${sizesOf(train).length} class for training; negatives are pictures of another, so two are needed`,
    );
  }
  if (sizesOf(judged).some((size) => size > 1)) return;
  const found = 'no class with two pictures, one to look for and one to find';
  if (split === 'test') throw new HoldfastError('DATA_DAMAGED', `${judged.name} has ${found} in its test half`);
  throw new HoldfastError(
    'OPTION_INVALID',
    `--split validation holds out every fifth class, which leaves ${found}: ${judged.name} has ${train.classes.length} others`,
  );
}

const marked = z.object({ kind: z.literal('run'), data: z.object({ fingerprint: z.string() }) });

function fingerprintIn(line: LogLine): string | undefined {
  return marked.safeParse(line).data?.data.fingerprint;
}

/**
 * Holds a run to the data of its earlier sittings.
 * @param before lines of its log. @param now the first line of this sitting.
 * @throws HoldfastError CHECKPOINT_MISMATCH
 */
export function checkSameData(before: readonly LogLine[], now: LogLine): void {
  const [earlier, current] = [before.map(fingerprintIn).findLast((mark) => mark !== undefined), fingerprintIn(now)];
  if (earlier === undefined || earlier === current) return;
  throw new HoldfastError(
    'CHECKPOINT_MISMATCH',
    `the run was started with other pictures: their fingerprint was ${earlier} and is ${current}; put them back, or begin anew with --fresh`,
  );
}
