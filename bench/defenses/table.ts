import { halfWidthOfMean, mean } from '../../base/statistics.ts';
import { ATTACK_COLUMNS, BENIGN_COLUMNS, type Cell } from './types.ts';

const SHARES = new Set<string>(['TMA', 'ES:D']);

/** `31.2 ± 0.8`; without an interval for a single value. */
function meanAndInterval(values: readonly number[], digits: number): string {
  const half = halfWidthOfMean(values);
  const centre = mean(values).toFixed(digits);
  return Number.isNaN(half) ? centre : `${centre} ± ${half.toFixed(digits)}`;
}

/** The cells of each system, in the order in which the systems first occur. */
export function bySystem(cells: readonly Cell[]): Map<string, Cell[]> {
  const groups = new Map<string, Cell[]>();
  for (const cell of cells) groups.set(cell.system, [...(groups.get(cell.system) ?? []), cell]);
  return groups;
}

/** The paper's table: a row per system with means over seeds and 95 % intervals. */
export function paperTable(cells: readonly Cell[]): string[][] {
  const head = ['system', 'seeds', 'steps', 'taken', 's / update', ...BENIGN_COLUMNS, ...ATTACK_COLUMNS, 'ERS', 'ARS'];
  const rows = [...bySystem(cells)].map(([system, group]) => {
    const of = (pick: (cell: Cell) => number, digits = 1): string => meanAndInterval(group.map(pick), digits);
    return [
      system,
      String(group.length),
      String(group[0]?.attackSteps ?? 0),
      mean(group.map((cell) => cell.attackStepsTaken)).toFixed(1),
      mean(group.map((cell) => cell.trainSeconds / cell.updates)).toFixed(2),
      ...BENIGN_COLUMNS.map((column) => of((cell) => cell.benign[column])),
      ...ATTACK_COLUMNS.map((column) => of((cell) => cell.attacks[column], SHARES.has(column) ? 3 : 1)),
      of((cell) => cell.ers),
      of((cell) => cell.ars),
    ];
  });
  return [head, ...rows];
}
