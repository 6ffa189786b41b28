import { z } from 'zod';
import { classSizes } from '../attack/metrics/index.ts';
import { HoldfastError } from '../base/errors.ts';
import type { LogLine } from './monitor/log.ts';
import type { LabelledImages, Split } from './types.ts';

/**
 * Refuses a set that nothing can be learnt from, or that nothing can be measured on, before hours are spent.
 * @throws HoldfastError DATA_DAMAGED, or OPTION_INVALID where it is the split that leaves nothing
 */
export function checkHalves(train: LabelledImages, judged: LabelledImages, split: Split): void {
  if (classSizes(train.labels).size < 2) {
    throw new HoldfastError(
      'DATA_DAMAGED',
      `${train.name} has ${classSizes(train.labels).size} class for training; negatives are pictures of another, so two are needed`,
    );
  }
  if ([...classSizes(judged.labels).values()].some((size) => size > 1)) return;
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
