import { HoldfastError } from '../../../base/errors.ts';
import { wording } from '../../http/wording.ts';
import { audit } from './audit/index.ts';
import { harden } from './harden/index.ts';
import { ingest } from './ingest/index.ts';
import { reindex } from './reindex/index.ts';
import type { CheckSetting, JobKind, JobRun } from './types.ts';

export type { CheckSetting, JobRun, WorkerSetting } from './types.ts';

/** A kind whose input is checked each time that it is used: it comes from a request or from a queue. */
export interface CheckedKind {
  /** @throws HoldfastError REQUEST_INVALID, and what the kind throws */
  check(input: unknown, setting: CheckSetting): Promise<void>;
  run(input: unknown, run: JobRun): Promise<unknown>;
}

function checked<I>(kind: JobKind<I>): CheckedKind {
  const parse = (input: unknown): I => {
    const result = kind.input.safeParse(input, { error: wording });
    if (result.success) return result.data;
    const issues = result.error.issues.map(({ path, message }) => `${['input', ...path].join('.')}: ${message}`);
    throw new HoldfastError('REQUEST_INVALID', issues.join('; '));
  };
  return {
    async check(input, setting) {
      const parsed = parse(input);
      await kind.check?.(parsed, setting);
    },
    run: async (input, run) => kind.run(parse(input), run),
  };
}

/** Every kind of job by its name. */
export const jobKinds = {
  audit: checked(audit),
  harden: checked(harden),
  ingest: checked(ingest),
  reindex: checked(reindex),
} as const;

export type JobKindName = keyof typeof jobKinds;

export const jobKindNames = Object.keys(jobKinds) as JobKindName[];

/** @throws HoldfastError REQUEST_INVALID for a kind of another version of Holdfast. */
export function findKind(name: string): CheckedKind {
  const kind = jobKindNames.find((known) => known === name);
  if (kind === undefined)
    throw new HoldfastError('REQUEST_INVALID', `kind "${name}": known are ${jobKindNames.join(', ')}`);
  return jobKinds[kind];
}
