import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readCalibration, writeCalibration } from '../../../server/suspicion/file.ts';

const calibration = { centres: [-4, -3, -5, -4, -2], spreads: [1, 0.5, 0.4, 0.5, 1], statistics: [-1, 0, 0.123456789] };

describe('the file of a calibration', () => {
  let directory: string;
  const path = (): string => join(directory, 'suspicion.json');

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'holdfast-suspicion-'));
  });
  beforeEach(() => writeCalibration(directory, 'test-1@abc', calibration));
  afterAll(() => rmSync(directory, { recursive: true }));

  it('gives back what was written', () => {
    expect(readCalibration(directory, 'test-1@abc')).toEqual(calibration);
  });

  it.each([
    ['of a model with other weights', (text: string) => text.replace('@abc', '@abd')],
    ['of another detector', (text: string) => text.replace('jpeg', 'webp')],
    ['that is damaged', (text: string) => text.slice(0, -20)],
    ['without a transformation', (text: string) => text.replace('[-4,-3,-5,-4,-2]', '[-4,-3,-5,-4]')],
    ['that is something else', () => '{"model":"test-1@abc"}'],
  ])('does not count when it is one %s', (_, change) => {
    const changed = change(readFileSync(path(), 'utf8'));
    expect(changed).not.toBe(readFileSync(path(), 'utf8'));
    writeFileSync(path(), changed);
    expect(readCalibration(directory, 'test-1@abc')).toBeUndefined();
  });

  it('may not be there', () => {
    rmSync(path());
    expect(readCalibration(directory, 'test-1@abc')).toBeUndefined();
  });
});
