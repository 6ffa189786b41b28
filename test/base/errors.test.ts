import { describe, expect, it } from 'vitest';
import { catalogue, type ErrorCode, HoldfastError, reviveError, serializeError } from '../../base/errors.ts';

describe('the error catalogue', () => {
  it.each(Object.entries(catalogue))('%s has a valid status and a remedy that is a sentence', (_, entry) => {
    expect(entry.status).toBeGreaterThanOrEqual(400);
    expect(entry.status).toBeLessThan(600);
    expect(entry.remedy).toMatch(/^[A-Z].*\.$/);
  });

  it('leaves the process in one shape', () => {
    const error = new HoldfastError('RECORD_UNKNOWN', 'no image "x"');
    expect(error.toJSON()).toEqual({
      code: 'RECORD_UNKNOWN',
      message: 'no image "x"',
      remedy: catalogue.RECORD_UNKNOWN.remedy,
    });
    expect(error.status).toBe(404);
  });

  it('crosses a thread boundary unchanged', () => {
    for (const code of Object.keys(catalogue) as ErrorCode[]) {
      const back = reviveError(structuredClone(serializeError(new HoldfastError(code, 'text'))));
      expect(back.toJSON()).toEqual(new HoldfastError(code, 'text').toJSON());
    }
  });

  it('calls what is not in the catalogue internal', () => {
    expect(serializeError(new TypeError('x is undefined'))).toMatchObject({ code: 'INTERNAL' });
    expect(serializeError('odd')).toEqual({ code: 'INTERNAL', message: 'odd' });
  });
});
