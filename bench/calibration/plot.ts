const EDGES = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128];
const SHADES = ' .:+*#';

const bin = (value: number): number => EDGES.filter((edge) => value >= edge).length;

/** Truth (across) against estimate (up), both doubling from cell to cell; the darker, the more results. */
export function plot(estimates: readonly number[], truths: readonly number[]): string {
  const counts = Array.from({ length: EDGES.length + 1 }, () => new Array<number>(EDGES.length + 1).fill(0));
  estimates.forEach((estimate, i) => {
    const row = counts[bin(estimate)] as number[];
    const column = bin(truths[i] as number);
    row[column] = (row[column] as number) + 1;
  });
  const most = Math.max(1, ...counts.flat());
  const shade = (count: number): string => SHADES[Math.ceil((count / most) * (SHADES.length - 1))] as string;
  const from = (i: number): string => `${i === 0 ? 0 : EDGES[i - 1]}`;
  const lines = counts.map(
    (row, i) => `${from(i).padStart(6)} |${row.map((count) => shade(count).repeat(4)).join('')}`,
  );
  const foot = EDGES.map((_, i) => from(i).padEnd(4)).join('') + from(EDGES.length);
  return [...lines.reverse(), `${' '.repeat(8)}${foot}`].join('\n');
}
