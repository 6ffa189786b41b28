import { HoldfastError } from '../../base/errors.ts';
import { type DeviceName, deviceNames } from './names.ts';
import { checkThreads } from './threads.ts';

/** What the commands read their settings from besides their arguments. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** `--device`, else HOLDFAST_DEVICE, else `cpu`. @throws HoldfastError OPTION_INVALID naming the value and the choices. */
export function readDevice(argument: string | undefined, environment: Environment): DeviceName {
  const { text, from } = given('device', argument, environment);
  if (text === undefined) return 'cpu';
  const name = deviceNames.find((one) => one === text);
  if (name !== undefined) return name;
  throw new HoldfastError('OPTION_INVALID', `${from}: must be one of ${deviceNames.join(', ')}`);
}

/** `--threads`, else HOLDFAST_THREADS, else undefined. @throws HoldfastError OPTION_INVALID naming the value and the range. */
export function readThreads(argument: string | undefined, environment: Environment): number | undefined {
  const { text, from } = given('threads', argument, environment);
  if (text === undefined) return undefined;
  return checkThreads(/^\d{1,4}$/.test(text) ? Number(text) : Number.NaN, from);
}

/** The text of a setting, and how it was written. An empty variable is one that is not set. */
function given(name: string, argument: string | undefined, environment: Environment) {
  if (argument !== undefined) return { text: argument, from: `--${name} ${argument}` };
  const variable = `HOLDFAST_${name.toUpperCase()}`;
  const value = environment[variable] || undefined;
  return { text: value, from: `${variable}=${value}` };
}
