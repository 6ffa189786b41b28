import { runCommand } from '../../base/command.ts';
import { runKeys } from './keys-command.ts';

// The command `npm run keys`.

await runCommand(() => runKeys(process.argv.slice(2), process.env, (text) => process.stdout.write(text)));
