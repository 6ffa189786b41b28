import type { PerQuery } from '../../../attack/suite/types.ts';
import { estimates } from '../../../audit/estimates.ts';
import type { AuditReport, Verdict, VerdictId } from '../../../audit/types.ts';
import { reachVerdicts } from '../../../audit/verdicts/index.ts';
import { createRandom, type Random } from '../../../base/random.ts';
import { realisticExamples } from './examples.ts';
import { realisticEvidence } from './realistic-evidence.ts';

/** How a report differs from that of a hardened model on drawings, of which all verdicts hold. */
export interface ReportOptions {
  readonly version?: string;
  readonly queries?: number;
  /** Moves the recall under attack, as a share. */
  readonly shift?: number;
  readonly states?: Partial<Readonly<Record<VerdictId, Verdict['state']>>>;
}

/** A report such as an audit writes it, of drawings, with pictures of a few pixels. */
export async function realisticReport(options: ReportOptions = {}): Promise<AuditReport> {
  const { version = 'emoji-hardened-3', queries = 64, shift = 0, states = {} } = options;
  const random = createRandom('report');
  const perQuery = realisticQueries(queries, shift, random.fork('queries'));
  const scores = estimates(perQuery, 'exact', queries, random.fork('bootstrap'));
  const evidence = realisticEvidence(scores, random.fork('evidence'));
  return {
    format: 1,
    createdAt: '2026-11-28T04:05:06.000Z',
    model: { version, backbone: 'compact', sha256: 'ca82844199ea3de976c3e5c9af48a19df71f8962533024b9ff650b2ee624dd0e' },
    data: { name: 'emoji', split: 'test', images: 5214, classes: 746, sha256: '0f'.repeat(32) },
    setting: {
      profile: 'rob28',
      protocol: 'exact',
      budget: {
        epsilon: 8 / 255,
        alpha: 3 / 255,
        steps: 32,
        norm: 'linf',
        stepRule: 'fixed',
        restarts: 1,
        keepBest: false,
      },
      seed: 1,
      blackBoxQueries: 200,
      device: 'cpu',
    },
    threatModel:
      'The adversary knows the model and the gallery, changes the query alone, each pixel by at most 8/255, and is not seen by anyone who rates the picture.',
    benign: {
      recallAt1: 0.8236,
      recallAt2: 0.8871,
      meanAveragePrecision: 0.5687,
      nmi: 0.8123,
      inter: 1.217,
      intra: 0.684,
      entanglement: 0.562,
    },
    ...scores,
    verdicts: reachVerdicts(evidence).map((verdict) => ({ ...verdict, state: states[verdict.id] ?? verdict.state })),
    evidence,
    examples: await realisticExamples(),
    queries: Array.from({ length: queries }, (_, i) => 7 * i),
    perQuery,
  };
}

/** Per query what each attack leaves; the last query is alone in its class and does not count for recall. */
function realisticQueries(count: number, shift: number, random: Random): PerQuery {
  const column = (value: () => number): number[] => Array.from({ length: count }, value);
  const spread = (centre: number, width: number): number[] => column(() => centre + width * (random.uniform() - 0.5));
  const found = (share: number): number[] => {
    const hits = column(() => (random.uniform() < share ? 1 : 0));
    return hits.map((hit, i) => (i === count - 1 ? Number.NaN : hit));
  };
  return {
    'CA+': spread(0.31 + shift / 4, 0.3),
    'CA-': spread(0.09, 0.1),
    'QA+': spread(0.33 + shift / 4, 0.3),
    'QA-': spread(0.07, 0.1),
    TMA: spread(0.21, 0.3),
    'ES:D': spread(0.64 - shift / 2, 0.4),
    'ES:R': found(0.52 + shift),
    LTM: found(0.44 + shift),
    GTM: found(0.36 + shift),
    GTT: column(() => (random.uniform() < 0.28 + shift ? 1 : 0)),
    'R@1': found(0.84),
  };
}
