import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { BatchMemory } from '../attack/suite/attack-all.ts';
import type { Scores } from '../attack/suite/types.ts';
import { writeFileAtomic } from '../base/files.ts';
import { writingTo } from '../trainer/run-files.ts';

/** Grows whenever what is kept changes its form. */
const FORMAT = 1;
/** JSON has no NaN, which a query that does not count is. */
const NOT_A_NUMBER = '\u0000NaN';

/** What an audit has found so far, on disk: a stop at any time loses no more than the piece that was being computed. */
export interface AuditMemory {
  /** What `compute` gives under this key, in this sitting or an earlier one. */
  once<T>(key: string, compute: () => Promise<T>): Promise<T>;
  readonly batches: BatchMemory;
}

/**
 * Opens the memory of an audit, a file of one JSON object a line. What another audit has left there is forgotten.
 * @param identity everything that decides the result. @throws HoldfastError RUN_WRITE_FAILED
 */
export function openMemory(path: string, identity: Readonly<Record<string, unknown>>): AuditMemory {
  const head = JSON.stringify({ format: FORMAT, identity });
  const [first, ...lines] = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  const mine = first === head;
  const known = new Map(mine ? lines.flatMap(parsed) : []);
  // Written anew, so that a line that was cut short does not take the next one with it.
  writingTo(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileAtomic(path, [head, ...[...known].map(([key, value]) => lineOf(key, value)), ''].join('\n'));
  });
  const keep = (key: string, value: unknown): void => {
    known.set(key, value);
    writingTo(path, () => appendFileSync(path, `${lineOf(key, value)}\n`));
  };
  const batchKey = (attack: string, batch: number): string => `${attack} batch ${batch}`;
  return {
    async once<T>(key: string, compute: () => Promise<T>) {
      // The identity holds the form: what stands under a key was written by this line.
      if (known.has(key)) return known.get(key) as T;
      const value = await compute();
      keep(key, value);
      return value;
    },
    batches: {
      recall: (attack, batch) => known.get(batchKey(attack, batch)) as Scores | undefined,
      keep: (attack, batch, scores) => keep(batchKey(attack, batch), scores),
    },
  };
}

function lineOf(key: string, value: unknown): string {
  return JSON.stringify({ key, value }, (_, one) => (Number.isNaN(one) ? NOT_A_NUMBER : one));
}

/** A machine that lost power may leave a line cut short. */
function parsed(line: string): [string, unknown][] {
  try {
    const { key, value } = JSON.parse(line, (_, one) => (one === NOT_A_NUMBER ? Number.NaN : one));
    return [[key, value]];
  } catch {
    return [];
  }
}
