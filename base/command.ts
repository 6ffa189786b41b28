import { HoldfastError } from './errors.ts';

/** What is wrong with the options of a command, in the words of `util.parseArgs` but for its advice on words with a dash. */
export function optionError(cause: unknown): HoldfastError {
  const [said = ''] = (cause instanceof Error ? cause.message : String(cause)).split('. To specify a positional');
  return new HoldfastError('OPTION_INVALID', said, { cause });
}

/** Runs a command. An error of the catalogue ends it with its code, message and remedy in two lines, and exit code 1. */
export async function runCommand(command: () => void | Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    process.stderr.write(`error ${error.code}: ${error.message}\n${error.remedy}\n`);
    process.exitCode = 1;
  }
}
