import type { Random } from '../../base/random.ts';

/** Images of one class that are drawn before every class that was met has had its turn. */
const TOGETHER = 16;

interface Labelled {
  readonly label: string;
}

/**
 * Draws records so that what is attacked has something to find: a class is met as often as it has records, and then up to 16 of
 * its records are taken at once. What is left is filled up with any others. In the order in which they were given.
 */
export function drawRecords<T extends Labelled>(records: readonly T[], count: number, random: Random): T[] {
  const order = random.shuffle([...records.keys()]);
  const classes = new Map<string, number[]>();
  for (const row of order) {
    const { label } = records[row] as T;
    const rows = classes.get(label);
    if (rows === undefined) classes.set(label, [row]);
    else rows.push(row);
  }
  // Those met first come first: a map keeps the order of its keys.
  const together = [...classes.values()].flatMap((rows) => rows.slice(0, TOGETHER));
  const others = [...classes.values()].flatMap((rows) => rows.slice(TOGETHER));
  return [...together, ...random.shuffle(others)]
    .slice(0, count)
    .sort((a, b) => a - b)
    .map((row) => records[row] as T);
}
