import { parseArgs } from 'node:util';
import { parseDuration } from '../base/duration.ts';
import { HoldfastError } from '../base/errors.ts';
import { backbones, findBackbone } from '../embedding/backbones/index.ts';
import { isVersionName } from '../embedding/manifest.ts';
import type { DeviceName } from '../engine/devices/names.ts';
import { type Environment, readDevice, readThreads } from '../engine/devices/settings.ts';
import { defaultThreads } from '../engine/devices/threads.ts';
import { defenses, type PresetName, presets } from './defenses/index.ts';

/** The split that a run is judged on. `validation` trains on four fifths of the training classes; use it to tune. */
export type Split = 'test' | 'validation';

export interface HardenOptions {
  readonly data: string;
  readonly backbone: string;
  readonly defense: string;
  readonly preset: PresetName;
  readonly seed: number;
  /** As it was asked for; the engine knows what `auto` took. */
  readonly device: DeviceName;
  readonly threads: number;
  /** Folder of the new model version. */
  readonly output: string;
  readonly version: string;
  readonly split: Split;
  /** Attacked queries of the closing table. */
  readonly queries: number;
  /** Seconds that the training may take; the recipe's own length otherwise. */
  readonly budget: number | undefined;
  readonly fresh: boolean;
}

const DEFAULT_BACKBONE = 'compact';

export const HELP = `npm run harden -- [options]

Trains a retrieval model against adversarial images and compares it with an undefended one.
A run that was stopped (Ctrl-C, kill) goes on with the same command.

  --data NAME        data set (emoji)
  --backbone NAME    network: ${Object.keys(backbones).join(', ')} (${DEFAULT_BACKBONE})
  --defense NAME     ${Object.keys(defenses).join(' or ')} (ca-tride)
  --preset NAME      reading of CA-TRIDE: ${Object.keys(presets).join(' or ')} (paper)
  --budget TIME      fit the training into this time, such as 5m or 1h (the recipe's length)
  --seed NUMBER      (1)
  --device NAME      cpu, webgpu, cuda, tfjs, or auto for the fastest that works (HOLDFAST_DEVICE, cpu)
  --threads NUMBER   threads of one operation on the CPU (HOLDFAST_THREADS, one per core)
  --output FOLDER    where the model version is written (HOLDFAST_DATA/models)
  --name VERSION     name of the model version (DATA-DEFENSE-PRESET-sSEED, with the backbone if it is not the default)
  --split NAME       judge on test, or on validation classes held out of training, for tuning (test)
  --queries NUMBER   attacked queries of the closing table (256)
  --fresh            forget what an earlier run of this name has done
  --help
`;

const choices: Readonly<Record<'defense' | 'preset' | 'split', readonly string[]>> = {
  defense: Object.keys(defenses),
  preset: Object.keys(presets),
  split: ['test', 'validation'],
};

/** @throws HoldfastError OPTION_INVALID naming the option. Undefined when help was asked for. */
export function parseHardenOptions(
  args: readonly string[],
  dataFolder: string,
  environment: Environment = {},
): HardenOptions | undefined {
  const values = readArguments(args);
  if (values.help === true) return undefined;
  const { data, backbone, defense, preset, split } = values;
  for (const [name, allowed] of Object.entries(choices)) {
    const given = values[name as keyof typeof choices];
    if (!allowed.includes(given)) invalid(name, given, `one of: ${allowed.join(', ')}`);
  }
  findBackbone(backbone);
  const seed = wholeNumber('seed', values.seed, 0);
  const version = values.name ?? defaultName(values, seed);
  if (!isVersionName(version)) invalid('name', version, 'lower-case letters, digits, dots and dashes');
  const budget = values.budget === undefined ? undefined : parseDuration(values.budget);
  if (values.budget !== undefined && !(budget !== undefined && budget > 0)) {
    invalid('budget', values.budget, 'a time such as 90s, 15m or 1h');
  }
  return {
    data,
    backbone,
    defense,
    preset: preset as PresetName,
    seed,
    device: readDevice(values.device, environment),
    threads: readThreads(values.threads, environment) ?? defaultThreads(),
    output: values.output ?? `${dataFolder}/models`,
    version,
    split: split as Split,
    queries: wholeNumber('queries', values.queries, 1),
    budget,
    fresh: values.fresh === true,
  };
}

function defaultName(given: { data: string; backbone: string; defense: string; preset: string }, seed: number): string {
  const network = given.backbone === DEFAULT_BACKBONE ? [] : [given.backbone];
  const reading = given.defense === 'vanilla' ? [] : [given.preset];
  return [given.data, ...network, given.defense, ...reading, `s${seed}`].join('-');
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        data: { type: 'string', default: 'emoji' },
        backbone: { type: 'string', default: DEFAULT_BACKBONE },
        defense: { type: 'string', default: 'ca-tride' },
        preset: { type: 'string', default: 'paper' },
        budget: { type: 'string' },
        seed: { type: 'string', default: '1' },
        device: { type: 'string' },
        threads: { type: 'string' },
        output: { type: 'string' },
        name: { type: 'string' },
        split: { type: 'string', default: 'test' },
        queries: { type: 'string', default: '256' },
        fresh: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new HoldfastError('OPTION_INVALID', error instanceof Error ? error.message : String(error));
  }
}

function invalid(name: string, given: string, wanted: string): never {
  throw new HoldfastError('OPTION_INVALID', `--${name} is "${given}", not ${wanted}`);
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least || text.trim() === '') {
    invalid(name, text, `a whole number of at least ${least}`);
  }
  return value;
}
