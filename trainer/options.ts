import { HoldfastError } from '../base/errors.ts';
import { invalidOption, optionHelp, parseOptions, readGiven } from '../base/options.ts';
import { findBackbone } from '../embedding/backbones/index.ts';
import { isVersionName } from '../embedding/manifest.ts';
import type { DeviceName } from '../engine/devices/names.ts';
import { type Environment, readDevice, readThreads } from '../engine/devices/settings.ts';
import { defaultThreads } from '../engine/devices/threads.ts';
import { isCaTride } from './defenses/index.ts';
import { DEFAULT_BACKBONE, type OptionValues, optionTable } from './option-table.ts';

/** The options of a run: those of the table, and what follows from several of them or from the environment. */
export interface HardenOptions extends Omit<OptionValues, 'device' | 'threads' | 'output' | 'name'> {
  /** As it was asked for; the engine knows what `auto` took. */
  readonly device: DeviceName;
  readonly threads: number;
  /** Folder of the new model version. */
  readonly output: string;
  readonly version: string;
}

export const HELP = `npm run harden -- [options]

Trains a retrieval model against adversarial images and compares it with an undefended one.
A run that was stopped (Ctrl-C, kill) goes on with the same command. docs/training.md is the guide.

${optionHelp(optionTable)}`;

/** @throws HoldfastError OPTION_INVALID naming the option. Undefined when help was asked for. */
export function parseHardenOptions(
  args: readonly string[],
  dataFolder: string,
  environment: Environment = {},
): HardenOptions | undefined {
  const parsed = parseOptions(optionTable, args);
  if (parsed === undefined) return undefined;
  const { values, given } = parsed;
  const { device, threads, output, name, ...rest } = values;
  findBackbone(rest.backbone);
  const exclusive = (['init', 'pretrained'] as const).filter((option) => rest[option] !== undefined);
  if (exclusive.length > 1) throw new HoldfastError('OPTION_INVALID', '--init and --pretrained exclude each other');
  if (rest.resume && rest.fresh) throw new HoldfastError('OPTION_INVALID', '--resume and --fresh exclude each other');
  checkMeaning(rest, given);
  const version = name ?? defaultName(rest);
  if (!isVersionName(version)) throw invalidOption('name', version, 'lower-case letters, digits, dots and dashes');
  return {
    ...rest,
    device: readDevice(device, environment),
    threads: readThreads(threads, environment) ?? defaultThreads(),
    output: output ?? `${dataFolder}/models`,
    version,
  };
}

/** The options of a command line as they were given, by their names. @throws HoldfastError OPTION_INVALID */
export function givenOptions(args: readonly string[]): Record<string, string | boolean> {
  const given = Object.entries(readGiven(optionTable, args).given);
  return Object.fromEntries(given.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

const CA_TRIDE = ['preset', 'lambda', 'weight-sign', 'anchor-goal', 'regulariser', 'step-scale'] as const;

/** Refuses options that the defense would not look at. */
function checkMeaning(
  { defense, loss, miner }: Pick<OptionValues, 'defense' | 'loss' | 'miner'>,
  given: Readonly<Record<string, unknown>>,
): void {
  if (!isCaTride(defense)) {
    const idle = CA_TRIDE.find((option) => given[option] !== undefined);
    if (idle !== undefined) {
      throw new HoldfastError('OPTION_INVALID', `--${idle} is of CA-TRIDE and does nothing for --defense ${defense}`);
    }
  } else if ((loss !== undefined && loss !== 'triplet') || miner !== undefined) {
    throw new HoldfastError(
      'OPTION_INVALID',
      `--defense ${defense} trains with the triplet loss and a miner of its own; leave out --loss and --miner`,
    );
  }
}

function defaultName({
  data,
  backbone,
  defense,
  preset,
  seed,
}: Pick<OptionValues, 'data' | 'backbone' | 'defense' | 'preset' | 'seed'>): string {
  const network = backbone === DEFAULT_BACKBONE ? [] : [backbone];
  const reading = defense === 'ca-tride' ? [preset] : [];
  return [data, ...network, defense, ...reading, `s${seed}`].join('-');
}
