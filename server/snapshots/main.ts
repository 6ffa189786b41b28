import { runCommand } from '../../base/command.ts';
import { runSnapshot } from './command.ts';

// The command `npm run snapshot`.

await runCommand(() => runSnapshot(process.argv.slice(2), process.env, (text) => process.stdout.write(text)));
