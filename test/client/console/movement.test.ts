import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrivals, departures, describeMovement } from '../../../client/console/movement.ts';
import { ranked } from './support/answers.ts';

describe('what an attack moved', () => {
  const before = ranked('a', 'b', 'c', 'd');
  const after = ranked('c', 'b', 'e', 'a');

  it('is told of the list after: how far each came, and what is new', () => {
    expect(arrivals(before, after)).toEqual([
      { kind: 'moved', by: 2 },
      { kind: 'moved', by: 0 },
      { kind: 'entered' },
      { kind: 'moved', by: -3 },
    ]);
  });

  it('is told of the list before: where each went, and what is gone', () => {
    expect(departures(before, after)).toEqual([
      { kind: 'moved', by: -3 },
      { kind: 'moved', by: 0 },
      { kind: 'moved', by: 2 },
      { kind: 'left' },
    ]);
  });

  it('is nothing where nothing was found', () => {
    expect(arrivals([], [])).toEqual([]);
    expect(departures(before, [])).toEqual(before.map(() => ({ kind: 'left' })));
  });

  it('agrees between the two lists, whatever they hold', () => {
    const ids = fc.uniqueArray(fc.integer({ min: 0, max: 12 }).map(String), { maxLength: 8 });
    void fc.assert(
      fc.property(ids, ids, (first, second) => {
        const [one, two] = [ranked(...first), ranked(...second)];
        const came = new Map(arrivals(one, two).map((movement, i) => [second[i], movement]));
        const went = departures(one, two);
        expect(came.size).toBe(second.length);
        for (const [i, movement] of went.entries()) {
          if (movement.kind === 'left') expect(came.has(first[i])).toBe(false);
          else expect(came.get(first[i])).toEqual(movement);
        }
      }),
      { seed: 1 },
    );
  });

  it.each([
    [{ kind: 'entered' }, 'new', 'new in the list'],
    [{ kind: 'left' }, 'out', 'left the list'],
    [{ kind: 'moved', by: 0 }, '=', 'stayed'],
    [{ kind: 'moved', by: 3 }, '▲ 3', 'up 3'],
    [{ kind: 'moved', by: -1 }, '▼ 1', 'down 1'],
  ] as const)('%j is shown as "%s" and said as "%s"', (movement, sign, words) => {
    expect(describeMovement(movement)).toEqual({ sign, words });
  });
});
