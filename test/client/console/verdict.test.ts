import { describe, expect, it } from 'vitest';
import { verdict } from '../../../client/console/verdict.ts';
import type { ProbeCandidate } from '../../../client/sdk/index.ts';
import { attacked, ranked } from './support/answers.ts';

const candidate = (before: number | null, after: number | null): ProbeCandidate => ({
  id: 'cat',
  label: 'a cat',
  thumbnail: '/images/cat',
  before: { rank: before, distance: 1.2 },
  after: { rank: after, distance: 0.6 },
});

describe('the verdict on a probe', () => {
  it('names what came first when the query was moved away', () => {
    expect(verdict(attacked({ success: true, after: ranked('dog') }))).toBe(
      'The attack worked: “a dog” (dog) is first now.',
    );
  });

  it('says that the first one stayed when the search held', () => {
    expect(verdict(attacked({ success: false }))).toBe('The search held: “a cat” is still first.');
  });

  it('has words for an empty gallery', () => {
    expect(verdict(attacked({ success: false, after: [] }))).toBe('The search held: the gallery is empty.');
  });

  it.each([
    ['qa+', true, null, 3, 'The attack worked: “a cat” went from outside the list to rank 3.'],
    ['qa+', false, null, null, 'The search held: “a cat” is still outside the list.'],
    ['qa-', true, 1, null, 'The attack worked: “a cat” went from rank 1 to outside the list.'],
    ['qa-', false, 1, 2, 'The search held: “a cat” went from rank 1 to rank 2.'],
    ['qa-', false, 1, 1, 'The search held: “a cat” is still rank 1.'],
    ['gtt', true, 1, 6, 'The attack worked: “a cat” went from rank 1 to rank 6.'],
    ['ca-', true, 2, null, 'The attack worked: in the list of “a cat” the query went from rank 2 to outside the list.'],
    ['ca+', false, null, null, 'The search held: in the list of “a cat” the query is still outside the list.'],
  ] as const)('%s, success %s, rank %s to %s', (attack, success, before, after, words) => {
    expect(verdict(attacked({ attack, success, candidate: candidate(before, after) }))).toBe(words);
  });
});
