/** Numbers of occurrences of each value. */
function counts(values: ArrayLike<number>): Map<number, number> {
  const result = new Map<number, number>();
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    result.set(value, (result.get(value) ?? 0) + 1);
  }
  return result;
}

function entropy(occurrences: Iterable<number>, total: number): number {
  let sum = 0;
  for (const count of occurrences) sum -= (count / total) * Math.log(count / total);
  return sum;
}

/**
 * Normalised mutual information of two partitions of the same images, in [0,1]: mutual information over the arithmetic mean
 * of the entropies (specification of the method, section 6). 1 where neither partition divides anything.
 */
export function normalisedMutualInformation(labels: ArrayLike<number>, clusters: ArrayLike<number>): number {
  const total = labels.length;
  const [labelCounts, clusterCounts] = [counts(labels), counts(clusters)];
  const [labelEntropy, clusterEntropy] = [entropy(labelCounts.values(), total), entropy(clusterCounts.values(), total)];
  if (labelEntropy + clusterEntropy === 0) return 1;
  const clusterNumbers = new Map([...clusterCounts.keys()].map((cluster, index) => [cluster, index]));
  const pairs = Float64Array.from(
    labels,
    (label, i) => label * clusterNumbers.size + (clusterNumbers.get(clusters[i] as number) as number),
  );
  const mutual = labelEntropy + clusterEntropy - entropy(counts(pairs).values(), total);
  return Math.max(0, mutual) / ((labelEntropy + clusterEntropy) / 2);
}
