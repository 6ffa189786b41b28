import { describe, expect, it } from 'vitest';
import { arithmeticOf, benchAudit, overheadOf } from '../../bench/audit.ts';

describe('the bench of audits', () => {
  it('counts every step of an attack, and its look at the last iterate once', () => {
    const runs = [
      { program: 'best-es', multiplyAdds: 30 },
      { program: 'embed-net', multiplyAdds: 10 },
      { program: 'distances', multiplyAdds: 1 },
    ];
    expect(arithmeticOf(runs, 4, 10)).toBe(4 * 20 + 10 + 10 + 1);
  });

  it('holds the time against that of the same arithmetic in forward passes', () => {
    const cost = { seconds: 30, forwardSeconds: 1, multiplyAdds: 200, forwardMultiplyAdds: 10 };
    expect(overheadOf(cost)).toBeCloseTo(1.5, 9);
  });

  it('refuses what is no number of queries', async () => {
    await expect(benchAudit({ queries: '0' })).rejects.toThrow('--queries is "0"');
  });
});
