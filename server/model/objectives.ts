import { caMinus, caPlus, es, gtm, ltm, qaMinus, qaPlus, tma } from '../../attack/objectives/index.ts';
import type { Constants, Objective } from '../../attack/types.ts';
import { ndarray } from '../../engine/arrays.ts';
import type { InputSpec } from '../../engine/types.ts';
import { ATTACK_GALLERY_ROWS, type AttackName } from './types.ts';

/** What the attacks of a probe minimise. GTT is QA- on the first result. */
export const objectives: Readonly<Record<AttackName, Objective>> = {
  es,
  'qa+': qaPlus,
  'qa-': qaMinus,
  'ca+': caPlus,
  'ca-': caMinus,
  tma,
  ltm,
  gtm,
  gtt: qaMinus,
};

/** The shapes of the constants of an attack on one picture with one candidate: a program has one shape. */
export function constantShapes(attack: AttackName, dimension: number): Record<string, InputSpec> {
  const gallery = [ATTACK_GALLERY_ROWS, dimension];
  const numbers = (count: number): InputSpec => ({ shape: [count], dtype: 'int32' });
  switch (attack) {
    case 'es':
      return { clean: [1, dimension] };
    case 'qa+':
    case 'qa-':
    case 'gtt':
      return { candidates: [1, dimension], gallery };
    case 'ca+':
    case 'ca-':
      return { targets: [1, 1, dimension], gallery };
    case 'tma':
    case 'gtm':
      return { target: [1, dimension] };
    case 'ltm':
      return { gallery, galleryLabels: numbers(ATTACK_GALLERY_ROWS), labels: numbers(1), excluded: numbers(1) };
  }
}

/** The constants of `es`: the embedding of the clean picture. */
export function shiftConstants(clean: Float32Array): Constants {
  return { clean: ndarray(clean, [1, clean.length]) };
}

/** The constants of the query attacks. */
export function queryConstants(candidate: Float32Array, gallery: readonly Float32Array[]): Constants {
  return { candidates: ndarray(candidate, [1, candidate.length]), gallery: galleryRows(gallery, candidate) };
}

/** The constants of the candidate attacks: the query whose list it is about. */
export function candidateConstants(target: Float32Array, gallery: readonly Float32Array[]): Constants {
  return { targets: ndarray(target, [1, 1, target.length]), gallery: galleryRows(gallery, target) };
}

/** The constants of the attacks that go to one embedding. */
export function targetConstants(target: Float32Array): Constants {
  return { target: ndarray(target, [1, target.length]) };
}

/** A row of a gallery and its class; a record without a label is alone in its class. */
export interface LabelledRow {
  readonly label: string | null;
  readonly vector: Float32Array;
}

/** The constants of `ltm`. @param label the class of the picture */
export function labelConstants(label: string, rows: readonly LabelledRow[]): Constants {
  const numbers = new Map<string, number>([[label, 0]]);
  const numberOf = (row: LabelledRow, at: number): number => {
    if (row.label === null) return -1 - at;
    const number = numbers.get(row.label) ?? numbers.size;
    numbers.set(row.label, number);
    return number;
  };
  const own = rows.map(numberOf);
  const filled = Int32Array.from({ length: ATTACK_GALLERY_ROWS }, (_, i) => own[i % own.length] ?? 0);
  const [first = { vector: new Float32Array() }] = rows;
  return {
    gallery: galleryRows(
      rows.map(({ vector }) => vector),
      first.vector,
    ),
    galleryLabels: ndarray(filled, [ATTACK_GALLERY_ROWS]),
    labels: ndarray(Int32Array.of(0), [1]),
    excluded: ndarray(Int32Array.of(-1), [1]),
  };
}

/** Rows of a gallery; of fewer than the program has, repeated, and of none, `otherwise`. */
function galleryRows(gallery: readonly Float32Array[], otherwise: Float32Array) {
  const dimension = otherwise.length;
  const rows = new Float32Array(ATTACK_GALLERY_ROWS * dimension);
  for (let i = 0; i < ATTACK_GALLERY_ROWS; i++) rows.set(gallery[i % gallery.length] ?? otherwise, i * dimension);
  return ndarray(rows, [ATTACK_GALLERY_ROWS, dimension]);
}
