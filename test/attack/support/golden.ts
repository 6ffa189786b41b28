import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

export type Vector = readonly number[];
export type Matrix = readonly Vector[];
/** Numbers nested to any depth; the reference writes what JSON cannot hold as text. */
export type Nested = number | 'nan' | 'inf' | '-inf' | readonly Nested[];

/** A file of reference vectors, by its name without ending. */
export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(join(process.env.GOLDEN_DIR ?? 'test/golden', `${name}.json`), 'utf8')) as T;
}

/** A file of vectors that PyTorch and its libraries made of this project's own formulas: there is one set of them. */
export function torchVectors<T>(name: string): T {
  return JSON.parse(readFileSync(join('test/golden/torch', `${name}.json`), 'utf8')) as T;
}

const words: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
};

/** The numbers in row-major order. */
export function flat(values: Nested): number[] {
  if (typeof values === 'number') return [values];
  if (typeof values === 'string') return [words[values] ?? Number.NaN];
  return values.flatMap(flat);
}

export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

export const VALUES: Tolerance = { relative: 2e-4, absolute: 2e-6 };
export const GRADIENTS: Tolerance = { relative: 2e-3, absolute: 1e-5 };

/** Compares number by number: |actual - expected| <= absolute + relative |expected|; NaN only with NaN. */
export function expectNear(actual: ArrayLike<number>, expected: Nested, tolerance = VALUES, what = 'value'): void {
  const reference = flat(expected);
  expect(actual.length, `${what}: length`).toBe(reference.length);
  const wrong = reference.flatMap((value, i) => {
    const got = actual[i] as number;
    const near = Math.abs(got - value) <= tolerance.absolute + tolerance.relative * Math.abs(value);
    return near || Object.is(got, value) ? [] : [`[${i}] ${got} for ${value}`];
  });
  expect(wrong, what).toEqual([]);
}

/** The share of pixels that differ by more than the tolerance of whole steps. */
export function shareDiffering(actual: ArrayLike<number>, expected: Nested, absolute = 1e-5): number {
  const reference = flat(expected);
  expect(actual.length).toBe(reference.length);
  return (
    reference.filter((value, i) => !(Math.abs((actual[i] as number) - value) <= absolute)).length / reference.length
  );
}
