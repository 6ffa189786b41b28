import {
  ATTACK_COLUMNS,
  type AttackColumn,
  BENIGN_COLUMNS,
  type BenignColumn,
  type Cell,
  type Figures,
} from './types.ts';

/** A row of a published table, raw values. */
export interface PublishedRow {
  readonly data: string;
  readonly backbone: string;
  /** As it is called here. */
  readonly system: string;
  readonly benign: Figures<BenignColumn>;
  readonly attacks: Figures<AttackColumn>;
  readonly ers: number;
  readonly source: string;
}

const benign = (recallAt1: number, recallAt2: number, precision: number, nmi: number): Figures<BenignColumn> => ({
  'R@1': recallAt1,
  'R@2': recallAt2,
  mAP: precision,
  NMI: nmi,
});

const attacks = (...values: readonly number[]): Figures<AttackColumn> => {
  const entries = ATTACK_COLUMNS.map((column, i) => [column, values[i] as number] as const);
  return Object.fromEntries(entries) as Figures<AttackColumn>;
};

const RANK_DEFENSE = 'RobRank, triplet loss, metric N, 8 epochs, 32 steps of 3/255 inside 77/255';

/** Rows that can be run again here: the set can be had everywhere and training takes minutes to hours. */
export const publishedRows: readonly PublishedRow[] = [
  {
    data: 'fashion-mnist',
    backbone: 'c2f2',
    system: 'vanilla',
    benign: benign(87.6, 92.9, 84.4, 76.6),
    attacks: attacks(1.1, 96.8, 0.3, 97.8, 0.99, 1.604, 0.1, 0, 12.6, 0),
    ers: 4.2,
    source: RANK_DEFENSE,
  },
  {
    data: 'fashion-mnist',
    backbone: 'c2f2',
    system: 'est',
    benign: benign(76.6, 86.0, 59.2, 61.0),
    attacks: attacks(14.9, 36.1, 20.9, 48.6, 0.966, 0.288, 62.0, 28.0, 20.8, 0),
    ers: 38.7,
    source: RANK_DEFENSE,
  },
  {
    data: 'fashion-mnist',
    backbone: 'c2f2',
    system: 'act',
    benign: benign(78.7, 87.1, 68.8, 67.2),
    attacks: attacks(33.6, 14.6, 38.5, 12.1, 0.259, 0.541, 48.5, 59.5, 60.2, 0.1),
    ers: 63.3,
    source: RANK_DEFENSE,
  },
];

/** How many points a value may be away from a published one to count as reproduced. */
export const TOLERANCE = { benign: 3, attacks: 5 } as const;

/** Values on a scale of 0 to 100, as their difference is judged: a cosine times 100, a distance as a share of its largest, 2. */
const points = (column: string, value: number): number =>
  column === 'TMA' ? 100 * value : column === 'ES:D' ? 50 * value : value;

export interface Difference {
  readonly column: string;
  readonly published: number;
  readonly measured: number;
  /** Measured less published, in points. */
  readonly points: number;
  readonly within: boolean;
}

/** Column by column, the mean over cells against a published row. */
export function differences(row: PublishedRow, cells: readonly Pick<Cell, 'benign' | 'attacks'>[]): Difference[] {
  const compare = <Column extends string>(
    columns: readonly Column[],
    published: Figures<Column>,
    pick: (cell: Pick<Cell, 'benign' | 'attacks'>) => Figures<Column>,
    tolerance: number,
  ): Difference[] =>
    columns.map((column) => {
      const measured = cells.reduce((sum, cell) => sum + pick(cell)[column], 0) / cells.length;
      const away = points(column, measured) - points(column, published[column]);
      return { column, published: published[column], measured, points: away, within: Math.abs(away) <= tolerance };
    });
  return [
    ...compare(BENIGN_COLUMNS, row.benign, (cell) => cell.benign, TOLERANCE.benign),
    ...compare(ATTACK_COLUMNS, row.attacks, (cell) => cell.attacks, TOLERANCE.attacks),
  ];
}
