/** Sums and counts by name: means that grow with each batch, and that a checkpoint can hold. */
export type RunningMeans = Readonly<Record<string, { readonly sum: number; readonly count: number }>>;

/** The means with one more value each; a name without a value stays as it is. */
export function withValues(means: RunningMeans, values: Readonly<Record<string, number | undefined>>): RunningMeans {
  const next = { ...means };
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    const { sum, count } = next[name] ?? { sum: 0, count: 0 };
    next[name] = { sum: sum + value, count: count + 1 };
  }
  return next;
}

/** Undefined where no value was seen. */
export function meanOf(means: RunningMeans, name: string): number | undefined {
  const seen = means[name];
  return seen === undefined ? undefined : seen.sum / seen.count;
}
