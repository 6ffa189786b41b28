import type { Sample } from '../sdk/index.ts';

/** What a record is called on the page: its label, else its id. */
export function nameOf(record: Pick<Sample, 'id' | 'label'>): string {
  return record.label ?? record.id;
}

/** A count with its noun: `1 step`, `2 steps`. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}

/** Up to `digits` decimals, without trailing zeros. */
export function decimal(value: number, digits: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: digits });
}

/** A distance of embeddings, with as many decimals everywhere so that a column of them reads well. */
export function distance(value: number): string {
  return value.toFixed(3);
}

/** Milliseconds, or seconds from one second on. */
export function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${decimal(milliseconds, 0)} ms` : `${decimal(milliseconds / 1000, 1)} s`;
}
