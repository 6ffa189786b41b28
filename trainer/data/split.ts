import type { Photograph } from './photographs.ts';

/** A picture of a set of one's own: a file and the name of its class. */
export interface Named {
  readonly path: string;
  readonly className: string;
}

export const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Numbers the classes in the order of their names. */
export function numbered(pictures: readonly Named[]): Photograph[] {
  const names = [...new Set(pictures.map(({ className }) => className))].sort(byName);
  const numbers = new Map(names.map((name, number) => [name, number]));
  return pictures.map((picture) => ({ ...picture, label: numbers.get(picture.className) as number }));
}

/** Halves without a class in common: the first half of the names, rounded down, is for training. Undefined for fewer than two. */
export function splitByClass(
  pictures: readonly Named[],
): { readonly train: Photograph[]; readonly test: Photograph[] } | undefined {
  const all = numbered(pictures);
  const classes = new Set(all.map(({ label }) => label)).size;
  if (classes < 2) return undefined;
  const middle = Math.floor(classes / 2);
  return { train: all.filter(({ label }) => label < middle), test: all.filter(({ label }) => label >= middle) };
}
