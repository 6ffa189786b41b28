import { parseArgs } from 'node:util';
import { type Profile, type ProfileName, profiles } from '../../attack/suite/profiles.ts';
import type { Protocol } from '../../attack/suite/types.ts';
import { HoldfastError } from '../../base/errors.ts';
import { findBackbone } from '../../embedding/backbones/index.ts';
import type { Environment } from '../../engine/devices/settings.ts';
import { HELP as HARDEN_HELP, type HardenOptions, parseHardenOptions } from '../../trainer/options.ts';
import { sweep, systems, systemsNamed } from './systems.ts';
import type { System } from './types.ts';

export const HELP = `npm run bench:defenses -- [options] [-- options of npm run harden for all systems]

Trains systems from the same first weights with the same batches and as many updates, attacks each with the ten attacks of RobRank
and prints the paper's table. Stop it whenever you like: the same command goes on.

  --systems A,B   ${systems.map(({ name }) => name).join(', ')} (all)
  --sweep TEXT    variants in their place, as in ca-tride:lambda=2,5,10; may be given more than once
  --seeds 1,2,3   (1,2,3)
  --profile NAME  of the attacks: ${Object.keys(profiles).join(', ')} (rob28 for grey networks, else rob224)
  --protocol NAME exact, or robrank with the faults of the released evaluation (exact)
  --queries N     attack so many queries instead of all
  --results FILE  where cells are kept and found again (HOLDFAST_DATA/bench/defenses.json); a .md file beside it has the table
  --help

${HARDEN_HELP.slice(HARDEN_HELP.indexOf('  --data'))}`;

const PROTOCOLS: readonly Protocol[] = ['exact', 'robrank'];

/** What a run of the bench compares and how. */
export interface BenchOptions {
  readonly systems: readonly System[];
  readonly seeds: readonly number[];
  /** That of the network where none is named. */
  readonly profile: ProfileName | undefined;
  readonly protocol: Protocol;
  readonly queries: number | undefined;
  readonly results: string | undefined;
  /** Of `npm run harden`, for all systems. */
  readonly shared: readonly string[];
}

/** @param given the words after the command. @throws HoldfastError OPTION_INVALID. Undefined when help was asked for. */
export function parseBenchOptions(given: readonly string[]): BenchOptions | undefined {
  const at = given.indexOf('--');
  const values = readArguments(at < 0 ? given : given.slice(0, at));
  if (values.help) return undefined;
  const swept = (values.sweep ?? []).flatMap(sweep);
  const named =
    values.systems === undefined && swept.length > 0
      ? []
      : systemsNamed(values.systems?.split(',') ?? systems.map(({ name }) => name));
  return {
    systems: [...named, ...swept],
    seeds: values.seeds.split(',').map((text) => whole('seeds', text, 0)),
    profile: values.profile === undefined ? undefined : oneOf('profile', values.profile, profileNames),
    protocol: oneOf('protocol', values.protocol, PROTOCOLS),
    queries: values.queries === undefined ? undefined : whole('queries', values.queries, 1),
    results: values.results,
    shared: at < 0 ? [] : given.slice(at + 1),
  };
}

const profileNames = Object.keys(profiles) as ProfileName[];

/** How a system is trained and attacked. @throws HoldfastError OPTION_INVALID. */
export function systemOptions(
  { shared, profile, queries }: BenchOptions,
  system: System,
  seed: number,
  data: string,
  environment: Environment,
): { readonly options: HardenOptions; readonly profile: Profile } {
  const version = system.name.replaceAll(/[^a-z0-9.]+/g, '-');
  const args = [...shared, ...system.options, '--seed', String(seed), '--name', version];
  const options = parseHardenOptions(args, data, environment);
  if (options === undefined) throw new HoldfastError('OPTION_INVALID', 'ask for --help before the second --');
  const { channels } = findBackbone(options.backbone);
  const chosen = profiles[profile ?? (channels === 1 ? 'rob28' : 'rob224')];
  return { options, profile: queries === undefined ? chosen : { ...chosen, queries } };
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        systems: { type: 'string' },
        sweep: { type: 'string', multiple: true },
        seeds: { type: 'string', default: '1,2,3' },
        profile: { type: 'string' },
        protocol: { type: 'string', default: 'exact' },
        queries: { type: 'string' },
        results: { type: 'string' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new HoldfastError('OPTION_INVALID', `${message}; options of npm run harden stand after a second --`);
  }
}

function whole(name: string, text: string, least: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : -1;
  if (value < least) {
    throw new HoldfastError('OPTION_INVALID', `--${name} has "${text}", not a whole number of at least ${least}`);
  }
  return value;
}

function oneOf<Name extends string>(option: string, text: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === text);
  if (found !== undefined) return found;
  throw new HoldfastError('OPTION_INVALID', `--${option} is "${text}", not one of: ${names.join(', ')}`);
}
