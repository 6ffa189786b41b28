import { HoldfastError } from '../../base/errors.ts';
import { runSnapshot } from './command.ts';

// The command `npm run snapshot`.

try {
  runSnapshot(process.argv.slice(2), process.env, (text) => process.stdout.write(text));
} catch (error) {
  if (!(error instanceof HoldfastError)) throw error;
  process.stderr.write(`error ${error.code}: ${error.message}\n${error.remedy}\n`);
  process.exitCode = 1;
}
