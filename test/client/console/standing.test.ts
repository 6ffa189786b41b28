import { describe, expect, it } from 'vitest';
import { standingOf } from '../../../client/console/standing.ts';
import { attacked, probed, ranked } from './support/answers.ts';

describe('the rank that an attack is about', () => {
  it('is that of its candidate', () => {
    const standing = (rank: number | null) => ({ rank, distance: 1 });
    const of = { id: 'dog', label: 'a dog', thumbnail: '/images/dog', before: standing(null), after: standing(2) };
    expect(standingOf(probed(), attacked({ attack: 'qa+', candidate: of }))).toEqual({ before: null, after: 2 });
  });

  it('is that of the first result where there is none', () => {
    expect(standingOf(probed(), attacked())).toEqual({ before: 1, after: 2 });
    expect(standingOf(probed(), attacked({ after: ranked('cat') }))).toEqual({ before: 1, after: null });
  });

  it('is none in an empty gallery', () => {
    expect(standingOf({ before: [] }, attacked({ after: [] }))).toBeUndefined();
  });
});
