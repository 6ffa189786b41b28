import { hasMatch } from '../attack/metrics/index.ts';
import { attackAll } from '../attack/suite/attack-all.ts';
import { benign } from '../attack/suite/benign.ts';
import { evaluationAttacks } from '../attack/suite/index.ts';
import type { Profile } from '../attack/suite/profiles.ts';
import { drawQueries } from '../attack/suite/run.ts';
import type { Protocol } from '../attack/suite/types.ts';
import { createRandom } from '../base/random.ts';
import { WEIGHTS_FILE } from '../embedding/files.ts';
import type { ModelVersion } from '../embedding/types.ts';
import type { Engine } from '../engine/types.ts';
import { chunkOf } from '../trainer/chunk.ts';
import { collectEvidence } from './collect.ts';
import type { AuditData } from './data.ts';
import { openMemory } from './memory.ts';
import { examples } from './parts/examples.ts';
import { type Audited, composeReport } from './report.ts';
import { withSubject } from './subject.ts';
import type { AuditReport } from './types.ts';

export interface AuditSetting {
  readonly engine: Engine;
  readonly model: ModelVersion;
  readonly data: AuditData;
  readonly profile: Profile;
  readonly protocol: Protocol;
  readonly seed: number;
  /** How many queries the verdicts are reached on. */
  readonly sample: number;
  /** Scores that an attack without gradients may ask for each image. */
  readonly blackBoxQueries: number;
  /** An undefended model, and one whose adversarial images are tried on this one. Both take the pictures that the model takes. */
  readonly twin?: ModelVersion | undefined;
  readonly transfer?: ModelVersion | undefined;
  /** Whether the clusters of the embeddings are compared with the classes. */
  readonly nmi: boolean;
  /** File of what was found so far. */
  readonly memory: string;
  /** Is told what is being done, and how much of the whole is, roughly: a share of 1. */
  readonly onProgress: (text: string, share: number) => void;
  readonly signal: AbortSignal;
}

/** SHA-256 of the weights, by which a model is known. */
const hashOf = ({ manifest }: ModelVersion): string => manifest.files[WEIGHTS_FILE] ?? '';

/** Everything that decides the result. */
function identityOf({ engine, model, data, profile, protocol, seed, sample, ...setting }: AuditSetting) {
  return {
    model: hashOf(model),
    data: data.sha256,
    ...{ profile, protocol, seed, sample, device: engine.device, blackBoxQueries: setting.blackBoxQueries },
    twin: setting.twin === undefined ? null : hashOf(setting.twin),
    transfer: setting.transfer === undefined ? null : hashOf(setting.transfer),
    nmi: setting.nmi,
  };
}

/**
 * Attacks a model with the ten attacks and reaches the verdicts. What an earlier sitting found is not computed again.
 * @throws the signal's reason when stopped; RUN_WRITE_FAILED
 */
export async function audit(setting: AuditSetting): Promise<AuditReport> {
  const { engine, model, data, profile, protocol, signal, onProgress } = setting;
  const memory = openMemory(setting.memory, identityOf(setting));
  const random = createRandom(setting.seed).fork('audit');
  const queries = queriesOf(setting);
  const sample = random
    .fork('sample')
    .shuffle(queries.filter(hasMatch(data.labels)))
    .slice(0, setting.sample)
    .sort((a, b) => a - b);
  const count = Math.min(chunkOf(model.backbone), profile.batch, queries.length);
  const subject = { engine, data, protocol, sample, count, signal, budget: profile.budget };
  const audited: Audited = await withSubject(model, { ...subject, random: random.fork('attacks') }, async (whole) => {
    const attacks = shareOfAttacks(queries.length, sample.length);
    onProgress('searching without an attack', 0);
    const clusters = setting.nmi ? { random: random.fork('clusters') } : {};
    const found = await memory.once('benign', () => benign(whole.scene, { batch: profile.batch, signal, ...clusters }));
    const options = { images: data.images, queries, count, random: whole.random, signal, memory: memory.batches };
    const perQuery = await attackAll(whole, whole.scene, options, (share, attack) =>
      onProgress(`${attack}, ${Math.floor(100 * share)} % of the attacks`, attacks * share),
    );
    const checks = {
      ...setting,
      onProgress: (text: string, share: number) => onProgress(text, attacks + (1 - attacks) * share),
      others: { ...subject, random: random.fork('checks') },
    };
    const evidence = await collectEvidence({ ...whole, random: random.fork('checks') }, checks, memory);
    onProgress('drawing the report', 1);
    const pictured = await examples({ ...whole, random: random.fork('pictures') }, data.classes, queries, perQuery);
    return { benign: found, perQuery, evidence, examples: pictured, queries };
  });
  return composeReport(audited, setting, hashOf(model), random.fork('bootstrap'));
}

/** What the verdicts take for each query of the sample, in attacks on one query, roughly. */
const CHECKS = 45;

/** The part that the ten attacks on all queries have in the whole of an audit. */
function shareOfAttacks(queries: number, sample: number): number {
  const attacks = evaluationAttacks.length * queries;
  return attacks / (attacks + CHECKS * sample);
}

/** Under `exact` queries that have something to find; under `robrank` any, as the released evaluation takes them. */
export function queriesOf({
  data: { labels },
  profile,
  protocol,
  seed,
}: Pick<AuditSetting, 'data' | 'profile' | 'protocol' | 'seed'>): number[] {
  const random = createRandom(seed).fork('audit').fork('queries');
  if (protocol === 'robrank') return drawQueries(labels.length, profile, random);
  const rows = [...labels.keys()].filter(hasMatch(labels));
  return drawQueries(rows.length, profile, random).map((place) => rows[place] as number);
}
