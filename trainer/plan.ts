import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../base/files.ts';
import type { Plan } from './budget.ts';

const FILE = 'plan.json';

/** The epochs of a run's stages as far as an earlier sitting has decided them. */
export function loadPlan(folder: string): Plan {
  const path = join(folder, FILE);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
}

export function savePlan(folder: string, plan: Plan): void {
  writeFileAtomic(join(folder, FILE), `${JSON.stringify(plan, null, 2)}\n`);
}
