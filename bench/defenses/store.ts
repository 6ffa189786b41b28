import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { HoldfastError } from '../../base/errors.ts';
import { writeFileAtomic } from '../../base/files.ts';
import { ATTACK_COLUMNS, BENIGN_COLUMNS, type Cell } from './types.ts';

/** JSON has no NaN: a figure that was not taken is null. */
const known = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);

const figures = <Column extends string>(columns: readonly Column[]) =>
  z.record(z.enum(columns as readonly [Column, ...Column[]]), known);

const cellSchema: z.ZodType<Cell> = z.object({
  system: z.string(),
  seed: z.int(),
  setting: z.string(),
  attackSteps: z.number(),
  attackStepsTaken: z.number(),
  updates: z.int(),
  trainSeconds: z.number(),
  benign: figures(BENIGN_COLUMNS),
  attacks: figures(ATTACK_COLUMNS),
  ers: z.number(),
  ars: z.number(),
  commit: z.string(),
});

const fileSchema = z.object({
  command: z.string(),
  machine: z.record(z.string(), z.union([z.string(), z.number()])),
  cells: z.array(cellSchema),
});

export type Results = z.infer<typeof fileSchema>;

/** The results so far; undefined where there is no file yet. @throws HoldfastError OPTION_INVALID for another kind of file. */
export function readResults(path: string): Results | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new HoldfastError('OPTION_INVALID', `${path} is not a file of results of this bench`, { cause });
  }
}

/** A line per cell, so that a change shows which cells it brings. */
export function writeResults(path: string, { cells, ...about }: Results): void {
  const head = JSON.stringify(about, null, 2).slice(0, -2);
  const lines = cells.map((cell) => `    ${JSON.stringify(cell)}`).join(',\n');
  writeFileAtomic(path, `${head},\n  "cells": [\n${lines}\n  ]\n}\n`);
}
