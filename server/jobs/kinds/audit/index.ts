import { join } from 'node:path';
import { costOf, type GalleryRequest, galleryRequest } from '../../../../audit/gallery/request.ts';
import { readReport } from '../../../../audit/report-file.ts';
import { HoldfastError } from '../../../../base/errors.ts';
import { modelFolders } from '../../../../embedding/folders.ts';
import { listModelVersions } from '../../../../embedding/version.ts';
import { openGalleryClient } from '../gallery-client.ts';
import type { JobKind } from '../types.ts';
import { fetchSample } from './fetch-sample.ts';
import { auditFolder } from './folder.ts';
import { judge } from './judge.ts';
import { resultOf } from './result.ts';

/** What fetching the pictures is of the whole, roughly. */
const FETCHING = 0.02;

/**
 * Judges a model on the gallery of the server as `npm run audit` does on a data set, in a process of its own. It reads the gallery
 * through the server and changes nothing. Begun again, it goes on with the sample and the pieces that there are.
 */
export const audit: JobKind<GalleryRequest> = {
  input: galleryRequest,
  async check(request, { data, auditCost }) {
    const cost = costOf(request);
    if (cost > auditCost) {
      const counted = 'steps x restarts x images that are attacked';
      throw new HoldfastError('COST_EXCEEDED', `${counted} are ${cost}; an audit may take ${auditCost}`);
    }
    const versions = listModelVersions(modelFolders({ data }));
    if (request.model !== undefined && !versions.includes(request.model))
      throw new HoldfastError(
        'MODEL_UNKNOWN',
        `no model version "${request.model}"; there are: ${versions.join(', ')}`,
      );
  },
  async run(request, run) {
    const { data, server, key, signal, report, id, createdAt } = run;
    const folder = auditFolder(data, id);
    if (folder === undefined) throw new RangeError(`"${id}" names no folder`);
    // A queue that was emptied may give an id a second time.
    const drawing = `${id} of ${createdAt}`;
    await fetchSample(openGalleryClient(server, key, signal), folder, drawing, request, (done, total) =>
      report({ share: (FETCHING * done) / total, note: `fetching the pictures: ${done} of ${total}` }),
    );
    await judge(folder, drawing, request, run);
    return resultOf(readReport(join(folder, 'audit.json')));
  },
};
