import { HoldfastError } from '../../base/errors.ts';
import { runKeys } from './keys-command.ts';

// The command `npm run keys`.

try {
  runKeys(process.argv.slice(2), process.env, (text) => process.stdout.write(text));
} catch (error) {
  if (!(error instanceof HoldfastError)) throw error;
  process.stderr.write(`error ${error.code}: ${error.message}\n${error.remedy}\n`);
  process.exitCode = 1;
}
