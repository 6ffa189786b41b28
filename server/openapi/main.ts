import { fileURLToPath } from 'node:url';
import { writeFileAtomic } from '../../base/files.ts';
import { endpoints } from '../routes/index.ts';
import { openApiDocument } from './document.ts';

// The command `npm run openapi`: brings the committed copy of the document, which a test compares, to the present interface.

const COPY = fileURLToPath(new URL('../../docs/openapi.json', import.meta.url));
writeFileAtomic(COPY, `${JSON.stringify(openApiDocument(endpoints), null, 2)}\n`);
