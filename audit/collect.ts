import { keepsBest } from '../attack/suite/compiled.ts';
import type { ModelVersion } from '../embedding/types.ts';
import { type Evidence, recallAttacks } from './evidence.ts';
import type { AuditMemory } from './memory.ts';
import { chance, cleanRecall } from './parts/clean.ts';
import { curves } from './parts/curves.ts';
import { gradients } from './parts/gradients.ts';
import { keepingTop } from './parts/keeping-top.ts';
import { repeat } from './parts/repeat.ts';
import { rivals } from './parts/rivals.ts';
import { rounding } from './parts/rounding.ts';
import { doubled, scoresWith, withBest } from './parts/scores.ts';
import { transfer } from './parts/transfer.ts';
import { undefendedTwin } from './parts/twin.ts';
import { type SubjectSetting, withSubject } from './subject.ts';
import type { Subject } from './types.ts';

export interface EvidenceSetting {
  /** What the other models are attacked with. */
  readonly others: SubjectSetting;
  readonly twin?: ModelVersion | undefined;
  readonly transfer?: ModelVersion | undefined;
  readonly blackBoxQueries: number;
  /** Is told what is being done, and the share of the pieces that is. */
  readonly onProgress: (text: string, share: number) => void;
}

/** Does a piece of work, unless it is known, and says so. */
type Piece = <T>(name: string, compute: () => Promise<T>) => Promise<T>;

/** Pieces of work; what each is called is shown while it is done. */
const PIECES = 11 + recallAttacks.length;

/** Finds out all that the verdicts are reached from, piece by piece. */
export async function collectEvidence(
  subject: Subject,
  { others, twin, transfer: from, blackBoxQueries, onProgress }: EvidenceSetting,
  memory: AuditMemory,
): Promise<Evidence> {
  const { budget, sample, signal } = subject;
  let begun = 0;
  const piece: Piece = (name, compute) => {
    signal.throwIfAborted();
    onProgress(`checking, ${begun + 1} of ${PIECES}: ${name}`, begun / PIECES);
    begun += 1;
    return memory.once(`evidence ${name}`, compute);
  };
  const scored = await piece('the scores of the sample', () => scoresWith(subject, budget));
  return {
    ...{ rows: sample, chance: chance(subject), epsilon: budget.epsilon, steps: budget.steps },
    clean: await piece('recall without an attack', () => cleanRecall(subject)),
    repeat: await piece('whether the model repeats itself', () => repeat(subject)),
    gradients: await piece('gradients', () => gradients(subject)),
    scored,
    bestIterate: await piece('the best iterates', async () =>
      keepsBest(budget) ? scored : scoresWith(subject, withBest(budget)),
    ),
    doubled: await piece('twice the steps and runs', () => scoresWith(subject, doubled(budget))),
    ...(await piece('recall over epsilon and over steps', () => curves(subject))),
    ...(await rivalsOf(subject, blackBoxQueries, piece)),
    rounding: await piece('rounding and decoding', () => rounding(subject)),
    keepingTop: await piece('attacks that keep the top of the list', () => keepingTop(subject)),
    transfer: await piece('transfer', async () => {
      if (from === undefined) return null;
      const rivalries = await withSubject(from, others, (source) => transfer(subject, source));
      return { from: from.manifest.version, rivalries };
    }),
    twin: await piece('the undefended twin', async () => {
      if (twin === undefined) return null;
      return withSubject(twin, others, (other) => undefendedTwin(other, twin.manifest.version));
    }),
  };
}

/** Noise, Square and NES, an attack at a time: together they take longest. */
async function rivalsOf(subject: Subject, queries: number, piece: Piece) {
  const found: Awaited<ReturnType<typeof rivals>>[] = [];
  for (const attack of recallAttacks) {
    const compute = () => rivals(subject, { queries, attacks: [attack] });
    found.push(await piece(`noise, Square and NES beside ${attack}`, compute));
  }
  const of = (name: 'noise' | 'square' | 'nes') => found.flatMap((each) => each[name]);
  return { noise: of('noise'), square: of('square'), nes: of('nes') };
}
