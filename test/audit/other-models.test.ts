import { describe, expect, it } from 'vitest';
import { twinOf } from '../../audit/other-models.ts';
import type { ModelManifest } from '../../embedding/types.ts';

const version = (name: string, training: Record<string, string | number>, backbone = 'small'): ModelManifest => ({
  format: 1,
  version: name,
  backbone,
  dimension: 16,
  preprocessing: { size: 16, fit: 'contain', kernel: 'linear' },
  files: {},
  training: { data: 'emoji', seed: 1, ...training },
  metrics: {},
  calibration: { shiftPerLevel: 0.1 },
});

const hardened = version('hardened', { defense: 'ca-tride' });
const twin = version('twin', { defense: 'vanilla' });

describe('the undefended twin of a model', () => {
  it('is one without a defense on the same data with the same network', () => {
    const others = [
      version('defended', { defense: 'act' }),
      version('digits', { defense: 'vanilla', data: 'mnist' }),
      version('larger', { defense: 'vanilla' }, 'large'),
    ];
    expect(twinOf(hardened, others)).toBeUndefined();
    expect(twinOf(hardened, [...others, twin])).toBe(twin);
  });

  it('has the same seed if possible', () => {
    const other = version('z', { defense: 'vanilla', seed: 2 });
    expect(twinOf(hardened, [twin, other])).toBe(twin);
    expect(twinOf(hardened, [other])).toBe(other);
  });

  it('is not the model itself', () => {
    expect(twinOf(twin, [twin])).toBeUndefined();
  });
});
