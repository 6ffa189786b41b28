import { expect, it } from 'vitest';
import { faultsOf } from '../../../bench/server/faults.ts';

const fine = { failed: 0, memory: 500, memoryRise: 40, descriptorRise: 2, threadRise: 1 };

it('finds none in noise', () => {
  expect(faultsOf(fine)).toEqual([]);
  expect(faultsOf({ ...fine, memoryRise: -100, descriptorRise: -5, threadRise: -5 })).toEqual([]);
});

it('names each thing that must not be', () => {
  expect(faultsOf({ ...fine, failed: 3 })).toEqual(['3 requests were not answered']);
  expect(faultsOf({ ...fine, memoryRise: 51 })).toEqual(['memory rose by 51 MB over 500']);
  expect(faultsOf({ ...fine, descriptorRise: 9 })).toEqual(['9 descriptors more are open']);
  expect(faultsOf({ ...fine, threadRise: 6 })).toEqual(['6 threads more are there']);
  expect(faultsOf({ failed: 1, memory: 500, memoryRise: 60, descriptorRise: 9, threadRise: 9 })).toHaveLength(4);
});
