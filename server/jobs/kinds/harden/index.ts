import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { HoldfastError } from '../../../../base/errors.ts';
import { openModelVersion } from '../../../../embedding/version.ts';
import type { JobKind, JobRun } from '../types.ts';
import { checkArguments } from './arguments.ts';
import { followLog } from './follow-log.ts';
import { runTrainer } from './trainer.ts';

/** Options that say where a run is done and kept, which is not for the caller to choose. */
const OWN = ['output', 'server', 'resume', 'fresh', 'help'];

const value = z.union([z.string().max(256), z.number(), z.boolean()]);
const input = z.strictObject({
  /** The options of `npm run harden` by their names, without the dashes. */
  options: z
    .record(z.string().regex(/^[a-z][a-z-]{0,31}$/), value)
    .refine((options) => OWN.every((name) => !(name in options)), `must not have ${OWN.join(', ')}`)
    .default({}),
});

type Options = z.output<typeof input>['options'];

/** Trains a model version as `npm run harden` does, in a process of its own that can be stopped and killed. */
export const harden: JobKind<z.output<typeof input>> = {
  input,
  async check({ options }, { data }) {
    const { version } = await checkArguments(toArguments(options, new Date().toISOString()), data);
    if (existsSync(join(data, 'models', version))) throw taken(version);
  },
  async run({ options }, run) {
    const args = toArguments(options, run.createdAt);
    const { version } = await checkArguments(args, run.data);
    const folder = join(run.data, 'models', version);
    // An earlier start may have been killed between its last file and its last word.
    if (existsSync(folder) && run.earlierStarts === 0) throw taken(version);
    if (!existsSync(folder)) await train(args, version, run);
    const { manifest } = openModelVersion(folder);
    return { version, metrics: manifest.metrics };
  },
};

async function train(args: readonly string[], version: string, run: JobRun): Promise<void> {
  const stop = followLog(join(run.data, 'runs', version, 'log.jsonl'), run.report);
  try {
    await runTrainer(args, version, run);
  } finally {
    await stop();
  }
}

function taken(version: string): HoldfastError {
  return new HoldfastError('OPTION_INVALID', `there is a model version "${version}" already; choose another name`);
}

/**
 * `{ budget: '5m', 'no-collapse-monitor': true }` as a command line. `{date}` in a text is the day of the job, so that one
 * that comes again and again makes a version each time.
 */
function toArguments(options: Options, createdAt: string): string[] {
  const [day = ''] = createdAt.split('T');
  return Object.entries(options).flatMap(([name, given]) => {
    if (given === false) return [];
    return given === true ? [`--${name}`] : [`--${name}=${String(given).replaceAll('{date}', day)}`];
  });
}
