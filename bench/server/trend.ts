import { mean } from '../../base/statistics.ts';

/** Last minus first of a straight line through values that were taken at equal intervals (least squares). */
export function riseOf(values: readonly number[]): number {
  const [centre, level] = [(values.length - 1) / 2, mean(values)];
  let [product, square] = [0, 0];
  values.forEach((value, i) => {
    product += (i - centre) * (value - level);
    square += (i - centre) ** 2;
  });
  return square === 0 ? 0 : (product / square) * (values.length - 1);
}
