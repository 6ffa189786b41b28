import { describe, expect, it } from 'vitest';
import { partOf, slotOf } from '../../../../index/shared/redis/slot.ts';

describe('the hash slot of a key', () => {
  // The first is the check value of CRC-16/XMODEM, 0x31c3; the others are of the specification of Redis Cluster.
  it.each([
    ['123456789', 12_739],
    ['foo', 12_182],
    ['', 0],
    ['{user1000}.following', slotOf('user1000')],
    ['foo{bar}{zap}', slotOf('bar')],
    ['foo{{bar}}zap', slotOf('{bar')],
    ['foo{}{bar}', 8_363],
  ])('%s is %i', (key, slot) => {
    expect(slotOf(key)).toBe(slot);
  });

  it('counts the bytes of UTF-8', () => {
    expect(slotOf('größe')).not.toBe(slotOf('grösse'));
    expect(slotOf('{ä}x')).toBe(slotOf('ä'));
  });
});

describe('the part in which a slot lies', () => {
  it('divides all slots evenly', () => {
    const sizes = [0, 0, 0, 0, 0, 0];
    for (let slot = 0; slot < 16_384; slot++) sizes[partOf(slot, 6)] = (sizes[partOf(slot, 6)] ?? 0) + 1;
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    expect([partOf(0, 6), partOf(16_383, 6)]).toEqual([0, 5]);
  });
});
