/** How many rows have each label. */
export function classSizes(labels: ArrayLike<number>): ReadonlyMap<number, number> {
  const sizes = new Map<number, number>();
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number;
    sizes.set(label, (sizes.get(label) ?? 0) + 1);
  }
  return sizes;
}

/** Whether another row has the label of a row: only then is there something to find. */
export function hasMatch(labels: ArrayLike<number>): (row: number) => boolean {
  const sizes = classSizes(labels);
  return (row) => (sizes.get(labels[row] as number) ?? 0) > 1;
}
