/** The value below which the share `q` (0..1) of the numbers lies, linearly interpolated. NaN for no numbers. */
export function quantile(values: ArrayLike<number>, q: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = Float64Array.from(values).sort();
  const position = (sorted.length - 1) * q;
  const low = Math.floor(position);
  const below = sorted[low] as number;
  const above = sorted[Math.min(low + 1, sorted.length - 1)] as number;
  return below + (above - below) * (position - low);
}

export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return values.length === 0 ? Number.NaN : sum / values.length;
}

/** Two-sided 95 % quantiles of Student's t distribution for 1, 2, ... degrees of freedom. */
const STUDENT = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];
const NORMAL = 1.96;

/** Sample standard deviation (n - 1 in the denominator). NaN for fewer than two numbers. */
export function deviation(values: ArrayLike<number>): number {
  const centre = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += ((values[i] as number) - centre) ** 2;
  return values.length < 2 ? Number.NaN : Math.sqrt(sum / (values.length - 1));
}

/** Half the width of the 95 % confidence interval of a mean, by Student's t. NaN for fewer than two numbers. */
export function halfWidthOfMean(values: ArrayLike<number>): number {
  const t = STUDENT[values.length - 2] ?? NORMAL;
  return (t * deviation(values)) / Math.sqrt(values.length);
}
