import { expect, it } from 'vitest';
import { soakFaults } from '../../../bench/server/soak.ts';

const fine = { failed: 0, memory: 500, memoryRise: 40, descriptorRise: 2 };

it('is passed with noise', () => {
  expect(soakFaults(fine)).toEqual([]);
  expect(soakFaults({ ...fine, memoryRise: -100, descriptorRise: -5 })).toEqual([]);
});

it('names each thing that must not be', () => {
  expect(soakFaults({ ...fine, failed: 3 })).toEqual(['3 requests were not answered']);
  expect(soakFaults({ ...fine, memoryRise: 51 })).toEqual(['memory rose by 51 MB over 500']);
  expect(soakFaults({ failed: 1, memory: 500, memoryRise: 60, descriptorRise: 9 })).toHaveLength(3);
});
