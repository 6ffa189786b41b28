import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../../base/errors.ts';
import { choice, flag, optional, whole, withDefault } from '../../base/option-kinds.ts';
import { optionHelp, parseOptions } from '../../base/options.ts';

const table = {
  size: withDefault(whole(1), 'of it', 3),
  colour: optional(choice(['red', 'blue']), 'of all', 'none'),
  loud: flag('say more'),
};

const refused = (...args: string[]): unknown => {
  try {
    return parseOptions(table, args);
  } catch (error) {
    return error instanceof HoldfastError ? `${error.code}: ${error.message}` : error;
  }
};

describe('the options of a command', () => {
  it('are what was given, and the defaults of what was not', () => {
    expect(parseOptions(table, [])?.values).toEqual({ size: 3, colour: undefined, loud: false });
    const parsed = parseOptions(table, ['--colour', 'blue', '--loud', '--size=7']);
    expect(parsed?.values).toEqual({ size: 7, colour: 'blue', loud: true });
    expect(Object.keys(parsed?.given ?? {}).sort()).toEqual(['colour', 'loud', 'size']);
  });

  it('are nothing where help is asked for', () => {
    expect(parseOptions(table, ['--help', '--size', '0'])).toBeUndefined();
  });

  it('are refused by name, with what would be right', () => {
    expect(refused('--size', '0')).toBe('OPTION_INVALID: --size is "0", not a whole number of at least 1');
    expect(refused('--colour', 'green')).toBe('OPTION_INVALID: --colour is "green", not one of: red, blue');
    expect(refused('--shape', 'round')).toMatch(/^OPTION_INVALID: .*--shape/);
    expect(refused('word')).toMatch(/^OPTION_INVALID: .*word/);
  });

  it('may stand beside words', () => {
    expect(parseOptions(table, ['a', '--loud', 'b'], { words: true })?.words).toEqual(['a', 'b']);
  });

  it('have a line each in the help', () => {
    expect(optionHelp(table).split('\n')).toEqual([
      '  --size NUMBER  of it (3)',
      '  --colour NAME  of all (none)',
      '  --loud         say more',
      '  --help         this text',
      '',
    ]);
  });
});
