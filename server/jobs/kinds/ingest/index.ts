import { z } from 'zod';
import { HoldfastError } from '../../../../base/errors.ts';
import { openGalleryClient } from '../gallery-client.ts';
import type { JobKind } from '../types.ts';
import { insideImports } from './imports.ts';
import { listFolder, readManifest } from './sources.ts';

/** Refusals that a result tells of; the others are counted. */
const TOLD = 20;
/** Pictures from one report to the next. */
const REPORT_EVERY = 10;

const path = z.string().min(1).max(1024);
const input = z
  .strictObject({
    /** A folder below the imports; all pictures in it and its folders. */
    folder: path.optional(),
    /** A file below the imports, a JSON object a line: `file`, and `id`, `label`, `metadata` if there are any. */
    manifest: path.optional(),
  })
  .refine(({ folder, manifest }) => (folder === undefined) !== (manifest === undefined), 'give folder or manifest');

/** Adds pictures of a folder or a list to the gallery. What is there already is left alone, so that it can be begun again. */
export const ingest: JobKind<z.output<typeof input>> = {
  input,
  async run({ folder, manifest }, { imports, server, key, signal, report }) {
    const sources =
      folder === undefined
        ? readManifest(insideImports(imports, manifest ?? ''))
        : listFolder(insideImports(imports, folder));
    const gallery = openGalleryClient(server, key, signal);
    const counts = { added: 0, present: 0, refused: 0 };
    const refusals: { readonly file: string; readonly code: string; readonly message: string }[] = [];
    for (const [i, source] of sources.entries()) {
      signal.throwIfAborted();
      try {
        // A link may lead out of the imports, and so may a list.
        const path = insideImports(imports, source.path);
        counts[await gallery.add({ ...source, path })] += 1;
      } catch (error) {
        if (!(error instanceof HoldfastError) || !isOfPicture(error)) throw error;
        counts.refused += 1;
        if (refusals.length < TOLD) refusals.push({ file: source.file, code: error.code, message: error.message });
      }
      if (i % REPORT_EVERY === 0 || i + 1 === sources.length) {
        const done = i + 1;
        await report({ share: done / sources.length, note: `${done} of ${sources.length} pictures`, figures: counts });
      }
    }
    return { ...counts, refusals };
  },
};

/** A picture that the server refuses is left out; a server that is full or gone stops the job. */
function isOfPicture({ status, code }: HoldfastError): boolean {
  return [400, 413, 415, 422].includes(status) && code !== 'OPTION_INVALID';
}
