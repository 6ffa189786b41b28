import { describe, expect, it } from 'vitest';
import { meaning } from '../../../client/console/suspicion.ts';

describe('what a suspicion means, in words', () => {
  it('compares an innocent query with the gallery', () => {
    expect(meaning(0.423, false)).toBe(
      'Under small changes its embedding moves further than that of 42.3 % of the gallery’s pictures. ' +
        'From 0.99 on, a query looks like an attack; below that it may be one that hides.',
    );
  });

  it('says of a suspicious one that innocent ones may be so too, and that nothing was refused', () => {
    expect(meaning(1, true)).toBe(
      'This query looks like an attack: under small changes its embedding moves further than that of any of the ' +
        'gallery’s pictures. One innocent query in a hundred does so too; nothing was refused for it.',
    );
  });

  it('says why it cannot be told', () => {
    expect(meaning(null, false)).toMatch(/cannot be told before/);
  });
});
