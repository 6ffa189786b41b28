import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../base/files.ts';
import type { Plan } from './budget.ts';
import { writingTo } from './run-files.ts';
import { readRunJson } from './run-json.ts';

const FILE = 'plan.json';
const planSchema = z.record(z.string(), z.int().min(1));

/** The epochs of a run's stages as far as an earlier sitting has decided them. @throws HoldfastError MODEL_DAMAGED */
export function loadPlan(folder: string): Plan {
  const path = join(folder, FILE);
  return existsSync(path) ? readRunJson(path, planSchema) : {};
}

/** @throws HoldfastError RUN_WRITE_FAILED */
export function savePlan(folder: string, plan: Plan): void {
  const path = join(folder, FILE);
  writingTo(path, () => writeFileAtomic(path, `${JSON.stringify(plan, null, 2)}\n`));
}
