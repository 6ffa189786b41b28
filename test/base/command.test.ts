import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { optionError } from '../../base/command.ts';

/** Runs a TypeScript file with words of a command line. */
function run(file: string, ...words: string[]) {
  return spawnSync(process.execPath, ['--import', 'tsx', file, ...words], { encoding: 'utf8' });
}

describe('a command', () => {
  it.each(['scripts/build-native.ts', 'scripts/install-cuda.ts', 'server/openapi/main.ts'])(
    '%s does nothing but say what it is for when it is asked for help',
    (file) => {
      const before = readFileSync('docs/openapi.json', 'utf8');
      const { status, stdout, stderr } = run(file, '--help');
      expect([status, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^npm run [a-z:]+(.|\n)*--help +this text\n$/);
      expect(readFileSync('docs/openapi.json', 'utf8')).toBe(before);
    },
    60_000,
  );

  it.each(['scripts/build-native.ts', 'scripts/install-cuda.ts', 'bench/main.ts', 'server/access/main.ts'])(
    '%s says in two lines which option there is not',
    (file) => {
      const { status, stdout, stderr } = run(file, '--no-such-thing');
      expect([status, stdout]).toEqual([1, '']);
      expect(stderr).toBe(
        "error OPTION_INVALID: Unknown option '--no-such-thing'\nSee --help for the options and their values.\n",
      );
    },
    60_000,
  );

  it('is not given advice on words that begin with a dash', () => {
    const { message } = optionError(
      new TypeError("Unknown option '-x'. To specify a positional argument starting with"),
    );
    expect(message).toBe("Unknown option '-x'");
    expect(optionError('no error').message).toBe('no error');
  });
});
