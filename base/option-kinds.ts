import { parseDuration } from './duration.ts';

/** A row of the table of options: all that parsing, errors and help need to know of it. */
export interface Option<T> {
  /** What stands for the value in the help; undefined for a flag. */
  readonly value: string | undefined;
  readonly help: string;
  /** Undefined for a text that is not a value. */
  readonly parse: (text: string) => T | undefined;
  /** What a value is, for the error of a text that is none. */
  readonly wanted: string;
  readonly fallback: T | undefined;
  /** The default as the help shows it. */
  readonly shown: string | undefined;
}

/** A row whose value is always there. */
export type Certain<T> = Option<T> & { readonly fallback: T };

type Form<T> = Pick<Option<T>, 'value' | 'parse' | 'wanted'>;

/** A row with a default. */
export function withDefault<const T>(form: Form<T>, help: string, fallback: T, shown = String(fallback)): Certain<T> {
  return { ...form, help, fallback, shown };
}

/** A row whose value may be left out. @param shown what holds then. */
export function optional<const T>(form: Form<T>, help: string, shown?: string): Option<T> {
  return { ...form, help, fallback: undefined, shown };
}

export function flag(help: string): Certain<boolean> {
  return { value: undefined, help, parse: () => true, wanted: 'alone', fallback: false, shown: undefined };
}

export function text(value = 'NAME'): Form<string> {
  return { value, parse: (given) => (given === '' ? undefined : given), wanted: 'a text' };
}

export function choice<const T extends string>(names: readonly T[], value = 'NAME'): Form<T> {
  return { value, parse: (given) => names.find((name) => name === given), wanted: `one of: ${names.join(', ')}` };
}

export function whole(least: number): Form<number> {
  const parse = (given: string): number | undefined => {
    const number = Number(given);
    return Number.isSafeInteger(number) && number >= least && given.trim() !== '' ? number : undefined;
  };
  return { value: 'NUMBER', parse, wanted: `a whole number of at least ${least}` };
}

/** A finite number within bounds, both of them allowed. */
export function number(least: number, most = Number.POSITIVE_INFINITY): Form<number> {
  const parse = (given: string): number | undefined => {
    const value = Number(given);
    return Number.isFinite(value) && value >= least && value <= most && given.trim() !== '' ? value : undefined;
  };
  const wanted =
    most === Number.POSITIVE_INFINITY ? `a number of at least ${least}` : `a number from ${least} to ${most}`;
  return { value: 'NUMBER', parse, wanted };
}

/** A change of pixel values in units of 1/255, such as `8`, `8/255` or `0.5`; given as a share of the range. */
export function levels(): Form<number> {
  const parse = (given: string): number | undefined => {
    const value = /^\d+(\.\d+)?(\/255)?$/.test(given) ? Number.parseFloat(given) : Number.NaN;
    return value > 0 && value <= 255 ? value / 255 : undefined;
  };
  return { value: 'LEVELS', parse, wanted: 'a number of 1/255, such as 8 or 8/255, of at most 255' };
}

/** A time such as `90s`, `15m` or `1h`, in seconds. */
export function duration(): Form<number> {
  const parse = (given: string): number | undefined => {
    const seconds = parseDuration(given);
    return seconds !== undefined && seconds > 0 ? seconds : undefined;
  };
  return { value: 'TIME', parse, wanted: 'a time such as 90s, 15m or 1h' };
}
