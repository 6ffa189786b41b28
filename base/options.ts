import { parseArgs } from 'node:util';
import { optionError } from './command.ts';
import { HoldfastError } from './errors.ts';
import type { Option } from './option-kinds.ts';

/** The options of a command by their names, in the order of its help. */
export type OptionTable = Readonly<Record<string, Option<unknown>>>;

type ValueOf<O> = O extends { readonly fallback: infer F } & Option<infer T> ? T | F : never;

/** The value of each option of a table by its name. */
export type OptionValuesOf<Table> = { readonly [K in keyof Table]: ValueOf<Table[K]> };

/** What a command was given: values by name, and which of them were named. */
export interface Given<Table> {
  readonly values: OptionValuesOf<Table>;
  readonly given: Readonly<Record<string, string | boolean | undefined>>;
  /** What stood without an option, where that is allowed. */
  readonly words: readonly string[];
}

/** A line for each option, and one for `--help`. */
export function optionHelp(table: OptionTable): string {
  const rows = Object.entries(table).map(([name, { value, help, shown }]) => {
    const left = `--${name}${value === undefined ? '' : ` ${value}`}`;
    return { left, right: shown === undefined ? help : `${help} (${shown})` };
  });
  const width = Math.max(...rows.map(({ left }) => left.length));
  const lines = [...rows, { left: '--help', right: 'this text' }];
  return lines.map(({ left, right }) => `  ${left.padEnd(width)}  ${right}\n`).join('');
}

/**
 * @param words whether there may be some without an option.
 * @throws HoldfastError OPTION_INVALID naming the option. Undefined when help was asked for.
 */
export function parseOptions<const Table extends OptionTable>(
  table: Table,
  args: readonly string[],
  { words: allowed = false }: { readonly words?: boolean } = {},
): Given<Table> | undefined {
  const { given, words } = readGiven(table, args, allowed);
  if (given.help === true) return undefined;
  // Each value is what the parser of its row gives for its text, or the row's default.
  const values = Object.fromEntries(
    Object.entries(table).map(([name, { parse, wanted, fallback }]) => {
      const text = given[name];
      if (text === undefined) return [name, fallback];
      const value = parse(String(text));
      if (value === undefined) throw invalidOption(name, String(text), wanted);
      return [name, value];
    }),
  ) as unknown as OptionValuesOf<Table>;
  return { values, given, words };
}

/** @param wanted what a value is, after "not". */
export function invalidOption(name: string, given: string, wanted: string): HoldfastError {
  return new HoldfastError('OPTION_INVALID', `--${name} is "${given}", not ${wanted}`);
}

/** Options and words as they were given, values not yet looked at. @throws HoldfastError OPTION_INVALID for one that does not exist */
export function readGiven(
  table: OptionTable,
  args: readonly string[],
  allowPositionals = false,
): Pick<Given<OptionTable>, 'given' | 'words'> {
  const options = Object.fromEntries(
    Object.entries(table).map(([name, { value }]) => [
      name,
      { type: value === undefined ? 'boolean' : 'string' } as const,
    ]),
  );
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...options, help: { type: 'boolean' } },
      allowPositionals,
    });
    return { given: values as Given<OptionTable>['given'], words: positionals };
  } catch (error) {
    throw optionError(error);
  }
}
