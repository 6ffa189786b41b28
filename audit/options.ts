import { constraints } from '../attack/constraints/index.ts';
import { stepRules } from '../attack/step-rules/index.ts';
import { type Profile, type ProfileName, profiles } from '../attack/suite/profiles.ts';
import type { Protocol } from '../attack/suite/types.ts';
import type { Norm, StepRuleName } from '../attack/types.ts';
import { HoldfastError } from '../base/errors.ts';
import { choice, flag, levels, optional, text, whole, withDefault } from '../base/option-kinds.ts';
import { type OptionTable, type OptionValuesOf, optionHelp, parseOptions } from '../base/options.ts';
import type { DeviceName } from '../engine/devices/names.ts';
import { type Environment, readDevice, readThreads } from '../engine/devices/settings.ts';
import { dataSets } from '../trainer/data/index.ts';
import type { Split } from '../trainer/types.ts';

const profileNames = Object.keys(profiles) as ProfileName[];
const PROFILE = "the profile's";

/** Every option of `npm run audit` but `--help` and `--compare`, in the order of the help. */
const optionTable = {
  model: optional(text('VERSION'), 'the model version to judge', 'the shipped one'),
  data: withDefault(text(), `data set: ${dataSets.map(({ name }) => name).join(', ')}`, 'emoji'),
  folder: optional(text('PATH'), 'where the data set lies, for those that are not installed'),
  split: withDefault(
    choice<Split>(['test', 'validation']),
    'test classes, or training classes that a validation held out',
    'test',
  ),
  profile: optional(choice(profileNames), profileNames.join(', '), 'rob28 for grey pictures, else rob224'),
  protocol: withDefault(
    choice<Protocol>(['exact', 'robrank']),
    'exact, or robrank with the faults of the released evaluation',
    'exact',
  ),
  queries: optional(whole(1), 'attack so many queries', `${PROFILE}, or all`),
  sample: withDefault(whole(1), 'queries on which verdicts are reached', 64),
  seed: withDefault(whole(0), 'of all randomness', 1),
  epsilon: optional(levels(), 'largest change, in 1/255', PROFILE),
  alpha: optional(levels(), 'step size, in 1/255', PROFILE),
  steps: optional(whole(1), 'steps of each attack', PROFILE),
  restarts: optional(whole(1), 'runs of each attack, of which the best counts', '1'),
  norm: optional(choice(Object.keys(constraints) as Norm[]), 'what epsilon bounds', 'linf'),
  'step-rule': optional(choice(Object.keys(stepRules) as StepRuleName[]), 'lengths of the steps', 'fixed'),
  twin: optional(
    text('VERSION'),
    'an undefended model that the same attacks must defeat',
    'one trained on the same data',
  ),
  transfer: optional(text('VERSION'), 'a model whose adversarial images are tried on this one', 'the twin'),
  'black-box': withDefault(whole(2), 'scores that an attack without gradients may ask for each image', 200),
  'no-nmi': flag('leave out the clusters, which take long with thousands of classes'),
  device: optional(text(), 'cpu, webgpu, cuda, tfjs, or auto for the fastest that works', 'HOLDFAST_DEVICE, cpu'),
  threads: optional(text('NUMBER'), 'threads of one operation on the CPU', 'HOLDFAST_THREADS, one per core'),
  output: optional(
    text('FOLDER'),
    'where the report is written',
    'HOLDFAST_DATA/audits/MODEL-DATA-PROFILE-PROTOCOL-SEED',
  ),
  fresh: flag('forget what an earlier run of this audit has found'),
  compare: flag('judge two versions, named at the end, and say how far they differ'),
} as const satisfies OptionTable;

export const HELP = `npm run audit -- [options]
npm run audit -- --compare A B [options]

Attacks a model with the ten attacks of RobRank's evaluation, checks whether the scores can be believed, and writes report.html and
audit.json. An audit that was stopped goes on with the same command. docs/audits.md is the guide, docs/verdicts.md explains the verdicts.

${optionHelp(optionTable)}`;

/** The options of an audit; those that the profile or the model decides are undefined. */
export interface AuditOptions extends Omit<OptionValuesOf<typeof optionTable>, 'device' | 'threads' | 'compare'> {
  readonly device: DeviceName;
  readonly threads: number | undefined;
  /** Two versions that are to be compared. */
  readonly compare: readonly [string, string] | undefined;
}

/** @throws HoldfastError OPTION_INVALID naming the option. Undefined when help was asked for. */
export function parseAuditOptions(args: readonly string[], environment: Environment = {}): AuditOptions | undefined {
  const parsed = parseOptions(optionTable, args, { words: true });
  if (parsed === undefined) return undefined;
  const { compare, device, threads, ...values } = parsed.values;
  return {
    ...values,
    device: readDevice(device, environment),
    threads: readThreads(threads, environment),
    compare: versionsOf(compare, parsed.words, values),
  };
}

function versionsOf(
  compare: boolean,
  words: readonly string[],
  { model, output }: Pick<AuditOptions, 'model' | 'output'>,
): AuditOptions['compare'] {
  const [a, b] = words;
  if (!compare) {
    if (a === undefined) return undefined;
    throw new HoldfastError('OPTION_INVALID', `"${a}" stands without an option; name the model with --model`);
  }
  if (a === undefined || b === undefined || words.length > 2 || a === b) {
    throw new HoldfastError('OPTION_INVALID', '--compare takes two different model versions, as in --compare A B');
  }
  if (model !== undefined || output !== undefined) {
    throw new HoldfastError(
      'OPTION_INVALID',
      '--compare names its models and folders itself; leave out --model and --output',
    );
  }
  return [a, b];
}

/** The options by which a profile is chosen and changed. */
export type ProfileOptions = Pick<AuditOptions, 'protocol'> &
  Partial<
    Pick<AuditOptions, 'profile' | 'queries' | 'epsilon' | 'alpha' | 'steps' | 'restarts' | 'norm' | 'step-rule'>
  >;

/** How the options attack: the profile, named or the one of the network, with what they change of it. */
export function profileOf(options: ProfileOptions, channels: 1 | 3): Profile {
  const profile: Profile = profiles[options.profile ?? (channels === 1 ? 'rob28' : 'rob224')];
  const { epsilon, alpha, steps, restarts, norm, queries, protocol } = options;
  const budget = {
    ...profile.budget,
    ...(epsilon !== undefined && { epsilon }),
    ...(alpha !== undefined && { alpha }),
    ...(steps !== undefined && { steps }),
    ...(restarts !== undefined && { restarts }),
    ...(norm !== undefined && { norm }),
    ...(options['step-rule'] !== undefined && { stepRule: options['step-rule'] }),
    // The released evaluation scores the last iterate.
    ...(protocol === 'exact' && { keepBest: true }),
  };
  return { ...profile, budget, ...(queries !== undefined && { queries }) };
}
