import { fileURLToPath } from 'node:url';
import { runCommand } from '../../base/command.ts';
import { writeFileAtomic } from '../../base/files.ts';
import { optionHelp, parseOptions } from '../../base/options.ts';
import { endpoints } from '../routes/index.ts';
import { openApiDocument } from './document.ts';

// The command `npm run openapi`: brings the committed copy of the document, which a test compares, to the present interface.

const COPY = fileURLToPath(new URL('../../docs/openapi.json', import.meta.url));
const HELP = `npm run openapi

Writes docs/openapi.json, the description of the HTTP interface as it is.

${optionHelp({})}`;

await runCommand(() => {
  if (parseOptions({}, process.argv.slice(2)) === undefined) process.stdout.write(HELP);
  else writeFileAtomic(COPY, `${JSON.stringify(openApiDocument(endpoints), null, 2)}\n`);
});
