import { describe, expect, it } from 'vitest';
import { once } from '../../server/model/once.ts';

describe('a value that is made once', () => {
  it('is made with the first call and kept', async () => {
    let calls = 0;
    const value = once(async () => ++calls);
    expect(value.made).toBeUndefined();
    expect(await Promise.all([value.get(), value.get()])).toEqual([1, 1]);
    expect(await value.get()).toBe(1);
    expect(await value.made).toBe(1);
  });

  it('is made again after a failure', async () => {
    let calls = 0;
    const value = once(async () => {
      calls += 1;
      if (calls === 1) throw new Error('not yet');
      return calls;
    });
    await expect(value.get()).rejects.toThrow('not yet');
    expect(value.made).toBeUndefined();
    expect(await value.get()).toBe(2);
  });
});
