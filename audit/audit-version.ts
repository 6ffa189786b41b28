import { existsSync, rmSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFileAtomic } from '../base/files.ts';
import { listCards } from '../embedding/cards.ts';
import { chooseModel, modelFolders } from '../embedding/folders.ts';
import type { ModelVersion } from '../embedding/types.ts';
import { findModelVersion } from '../embedding/version.ts';
import type { Engine } from '../engine/types.ts';
import { findDataSet } from '../trainer/data/index.ts';
import { writingTo } from '../trainer/run-files.ts';
import { openData } from './data.ts';
import { renderReport } from './html/page.ts';
import { type AuditOptions, profileOf } from './options.ts';
import { twinOf } from './other-models.ts';
import { readReport, writeReport } from './report-file.ts';
import { audit } from './run.ts';
import { checkSameInput } from './subject.ts';
import type { AuditReport } from './types.ts';

export interface VersionAudit {
  readonly engine: Engine;
  readonly options: AuditOptions;
  /** HOLDFAST_DATA. */
  readonly data: string;
  readonly onProgress: (text: string, share: number) => void;
  readonly signal: AbortSignal;
}

export interface WrittenAudit {
  readonly report: AuditReport;
  /** Of `report.html` and `audit.json`. */
  readonly folder: string;
}

/**
 * Judges a model version as the options say, and writes `audit.json` and `report.html`. What an earlier sitting found is taken from
 * `state.jsonl` beside them.
 * @throws HoldfastError MODEL_UNKNOWN, MODEL_DAMAGED, DATA_MISSING, DATA_DAMAGED, OPTION_INVALID, RUN_WRITE_FAILED; the signal's reason
 */
export async function auditVersion({ engine, options, data, ...rest }: VersionAudit): Promise<WrittenAudit> {
  const model = chooseModel(options.model, undefined, { data });
  const { backbone, manifest } = model;
  const profile = profileOf(options, backbone.channels);
  const { seed, protocol, split } = options;
  findDataSet(options.data);
  const name = [manifest.version, options.data, profile.name, protocol, `s${seed}`].join('-');
  const folder = options.output ?? join(data, 'audits', name);
  const memory = join(folder, 'state.jsonl');
  if (options.fresh && existsSync(memory)) rmSync(memory);
  const twin = otherModel(model, 'twin', options.twin, data) ?? trainedTwin(model, data);
  const transfer = otherModel(model, 'transfer', options.transfer, data) ?? twin;
  const { size, channels } = backbone;
  const images = await openData({
    ...{ name: options.data, folder: options.folder, split, cache: join(data, 'cache'), size, channels },
    onProgress: (done, total) => rest.onProgress(`preparing the pictures: ${done} of ${total}`, 0),
  });
  try {
    const report = await audit({
      ...{ engine, model, profile, protocol, seed, memory, twin, transfer, ...rest },
      data: images,
      sample: options.sample,
      blackBoxQueries: options['black-box'],
      nmi: !options['no-nmi'],
    });
    writingTo(folder, () => {
      writeReport(join(folder, 'audit.json'), report);
      writeFileAtomic(join(folder, 'report.html'), renderReport(report, { explanations: explanationsFrom(folder) }));
    });
    return { report: readReport(join(folder, 'audit.json')), folder };
  } finally {
    await images.close();
  }
}

/** Where a page in a folder finds what explains the verdicts. */
export function explanationsFrom(folder: string): string {
  const docs = join(dirname(fileURLToPath(import.meta.url)), '..', 'docs', 'verdicts.md');
  return relative(resolve(folder), docs).split(sep).join('/');
}

function otherModel(
  model: ModelVersion,
  option: 'twin' | 'transfer',
  name: string | undefined,
  data: string,
): ModelVersion | undefined {
  if (name === undefined) return undefined;
  const other = findModelVersion(name, modelFolders({ data }));
  checkSameInput(model, other, option);
  return other;
}

/** An undefended version of the same network and data, where there is one. */
export function trainedTwin(model: ModelVersion, data: string): ModelVersion | undefined {
  const folders = modelFolders({ data });
  const twin = twinOf(model.manifest, listCards(folders));
  return twin && findModelVersion(twin.version, folders);
}
