import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { DETECTOR } from '../../attack/suspicion/transformations/index.ts';
import type { Attack } from './attacks.ts';

const shape = z.object({
  attack: z.object({
    aim: z.enum(['es', 'qa+', 'qa-']),
    epsilon: z.number(),
    weight: z.number(),
    by: z.enum(['square', 'nes']).optional(),
    stored: z.number().optional(),
  }),
  queries: z.number(),
  statistics: z.array(z.number()),
  harms: z.array(z.number()),
});
/** Another detector finds something else. */
const line = shape.extend({ detector: z.string().optional() });

/** What was found of one attack: a statistic and a harm for each query. */
export type Cell = z.infer<typeof shape>;

export function nameOf({ aim, epsilon, weight, by, stored }: Attack): string {
  const parts = [
    epsilon === 0 ? 'nobody' : `${aim} ${epsilon}/255`,
    ...(by === undefined ? [] : [by]),
    ...(weight === 0 ? [] : ['aware', `weight ${weight}`]),
    ...(stored === undefined ? [] : [`then JPEG ${stored}`]),
  ];
  return parts.join(', ');
}

/** The attacks whose cells are whole and of this detector, by name; a line that was cut off is left out. */
export function readCells(path: string, queries: number): Map<string, Cell> {
  if (!existsSync(path)) return new Map();
  const lines = readFileSync(path, 'utf8').split('\n');
  const cells = lines.filter((text) => text.endsWith('}')).map((text) => line.parse(JSON.parse(text)));
  const ours = cells.filter(({ detector, ...cell }) => detector === DETECTOR && cell.queries === queries);
  return new Map(ours.map(({ detector, ...cell }) => [nameOf(cell.attack), cell]));
}

export function appendCell(path: string, cell: Cell): void {
  mkdirSync(dirname(path), { recursive: true });
  const rounded = (values: readonly number[]): number[] => values.map((value) => Number(value.toPrecision(5)));
  const written = { ...cell, statistics: rounded(cell.statistics), harms: rounded(cell.harms), detector: DETECTOR };
  appendFileSync(path, `${JSON.stringify(written)}\n`);
}
