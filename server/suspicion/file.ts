import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Calibration } from '../../attack/suspicion/calibration.ts';
import { DETECTOR, transformations } from '../../attack/suspicion/transformations/index.ts';
import { writeFileAtomic } from '../../base/files.ts';

const each = z.array(z.number()).length(transformations.length);
const shape = z.object({
  /** The model, and the transformations: a calibration of others says nothing. */
  model: z.string(),
  detector: z.string(),
  centres: each,
  spreads: each,
  statistics: z.array(z.number()).min(1),
});

const pathOf = (directory: string): string => join(directory, 'suspicion.json');

/** The calibration that lies with a gallery; undefined where there is none of this model that can be read. */
export function readCalibration(directory: string, model: string): Calibration | undefined {
  const path = pathOf(directory);
  if (!existsSync(path)) return undefined;
  try {
    const { model: of, detector, ...calibration } = shape.parse(JSON.parse(readFileSync(path, 'utf8')));
    return of === model && detector === DETECTOR ? calibration : undefined;
  } catch {
    return undefined;
  }
}

export function writeCalibration(directory: string, model: string, calibration: Calibration): void {
  writeFileAtomic(pathOf(directory), `${JSON.stringify({ model, detector: DETECTOR, ...calibration })}\n`);
}
