import { join } from 'node:path';
import { writeFileAtomic } from '../../base/files.ts';
import { modelFolders } from '../../embedding/folders.ts';
import { findModelVersion } from '../../embedding/version.ts';
import type { Engine } from '../../engine/types.ts';
import { writingTo } from '../../trainer/run-files.ts';
import { trainedTwin } from '../audit-version.ts';
import { renderReport } from '../html/page.ts';
import { profileOf } from '../options.ts';
import { writeReport } from '../report-file.ts';
import { audit } from '../run.ts';
import type { AuditReport } from '../types.ts';
import { type GallerySample, openGalleryData } from './data.ts';
import type { GalleryRequest } from './request.ts';

export interface GalleryAudit {
  readonly engine: Engine;
  /** HOLDFAST_DATA. */
  readonly data: string;
  /** The folder with the sample, which gets `report.html`, `audit.json` and `state.jsonl`. */
  readonly folder: string;
  readonly sample: GallerySample;
  readonly request: GalleryRequest;
  readonly onProgress: (text: string, share: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Judges a model on the sample of a served gallery, whose pictures are both candidates and queries. What an earlier sitting found is not
 * computed again.
 * @throws HoldfastError MODEL_UNKNOWN, MODEL_DAMAGED, AUDIT_IMPOSSIBLE, RUN_WRITE_FAILED; the signal's reason
 */
export async function auditGallery({ data, folder, sample, request, ...rest }: GalleryAudit): Promise<AuditReport> {
  const model = findModelVersion(request.model ?? sample.served, modelFolders({ data }));
  const { backbone, manifest } = model;
  const { protocol, seed, epsilon, alpha, blackBox } = request;
  const inPixels = (levels: number | undefined) => (levels === undefined ? undefined : levels / 255);
  const changes = { ...request, epsilon: inPixels(epsilon), alpha: inPixels(alpha) };
  const profile = profileOf(changes, backbone.channels);
  const twin = trainedTwin(model, data);
  const { size, channels } = backbone;
  const pictures = openGalleryData({ folder, sample, preprocessing: manifest.preprocessing, size, channels });
  try {
    const report = await audit({
      ...{ model, profile, protocol, seed, twin, transfer: twin, ...rest },
      data: pictures,
      sample: request.sample,
      blackBoxQueries: blackBox,
      nmi: true,
      memory: join(folder, 'state.jsonl'),
    });
    writingTo(folder, () => {
      writeFileAtomic(join(folder, 'report.html'), renderReport(report, { explanations: null }));
      // Last: who finds it finds the page as well.
      writeReport(join(folder, 'audit.json'), report);
    });
    return report;
  } finally {
    await pictures.close();
  }
}
