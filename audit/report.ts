import type { Benign } from '../attack/suite/benign.ts';
import { keepsBest } from '../attack/suite/compiled.ts';
import type { PerQuery } from '../attack/suite/types.ts';
import type { Budget } from '../attack/types.ts';
import type { Random } from '../base/random.ts';
import { estimates } from './estimates.ts';
import type { Evidence } from './evidence.ts';
import { levels } from './format.ts';
import type { AuditSetting } from './run.ts';
import type { AuditReport } from './types.ts';
import { reachVerdicts } from './verdicts/index.ts';

/** What an audit has found. */
export interface Audited {
  readonly benign: Benign;
  readonly queries: readonly number[];
  readonly perQuery: PerQuery;
  readonly evidence: Evidence;
  readonly examples: AuditReport['examples'];
}

/** In one sentence who attacks, what they know and how far they may go. */
export function threatModel(budget: Budget): string {
  const { epsilon, alpha, steps, norm, stepRule, restarts = 1 } = budget;
  const bound =
    norm === 'l2'
      ? `changes its pixels by at most ${Number(epsilon.toFixed(3))} in Euclidean length`
      : `changes no pixel value by more than ${levels(epsilon)}/255`;
  const runs = restarts > 1 ? `, in ${restarts} runs` : '';
  const rule = stepRule === 'apgd' ? 'steps of APGD' : `steps of ${levels(alpha)}/255`;
  const kept = keepsBest(budget) ? 'best' : 'last';
  return `The adversary knows the model and the gallery, sends a query (for CA, a candidate) and ${bound}, over ${steps} ${rule}${runs}; the ${kept} iterate counts, and the gallery stays as it is.`;
}

/** @param sha256 of the weights. @param random draws queries again, for the intervals. */
export function composeReport(
  { benign, queries, perQuery, evidence, examples }: Audited,
  { model, data, profile, protocol, seed, blackBoxQueries, engine }: AuditSetting,
  sha256: string,
  random: Random,
): AuditReport {
  const { recallAt1, recallAt2, meanAveragePrecision, nmi, separation } = benign;
  const { name, split, labels, classes } = data;
  return {
    format: 1,
    createdAt: new Date().toISOString(),
    model: { version: model.manifest.version, backbone: model.backbone.name, sha256 },
    data: { name, split, images: labels.length, classes: classes.length, sha256: data.sha256 },
    setting: { profile: profile.name, protocol, budget: profile.budget, seed, blackBoxQueries, device: engine.device },
    threatModel: threatModel(profile.budget),
    benign: { recallAt1, recallAt2, meanAveragePrecision, nmi, ...separation },
    ...estimates(perQuery, protocol, profile.batch, random),
    verdicts: reachVerdicts(evidence),
    evidence,
    examples,
    queries,
    perQuery,
  };
}
