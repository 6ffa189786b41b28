import { describe, expect, it } from 'vitest';
import { standingOf } from '../../audit/standing.ts';
import type { Verdict, VerdictId } from '../../audit/types.ts';
import { verdictIds } from '../../audit/verdict-titles.ts';
import { checks } from '../../audit/verdicts/index.ts';

const all = (states: Partial<Record<VerdictId, Verdict['state']>> = {}): Verdict[] =>
  verdictIds.map((id) => ({ id, state: states[id] ?? 'holds', claim: 'c', finding: 'f' }));

describe('what the verdicts say of the scores', () => {
  it('may be believed when all hold', () => {
    expect(standingOf(all())).toMatchObject({
      believable: true,
      headline: 'All 13 verdicts hold.',
      brief: '13 verdicts hold',
    });
  });

  it('is not to be believed before the raised ones are explained, which are named', () => {
    const one = standingOf(all({ converged: 'raised', 'undefended-twin-falls': 'unchecked' }));
    expect(one.believable).toBe(false);
    expect(one.headline).toBe('Not to be believed before “The attack has converged” is explained.');
    expect(one.brief).toBe('not to be believed: 1 raised');
    const three = standingOf(all({ converged: 'raised', 'best-iterate': 'raised', deterministic: 'raised' }));
    expect(three.headline).toBe(
      'Not to be believed before “The attack has converged”, “The best iterate is scored” and “The model is deterministic” are explained.',
    );
  });

  it('counts what could not be checked', () => {
    const standing = standingOf(all({ 'stronger-than-transfer': 'unchecked' }));
    expect(standing).toMatchObject({ believable: true, brief: '12 verdicts hold, 1 unchecked' });
    expect(standing.headline).toBe('No verdict is raised; 1 of 13 could not be checked.');
  });

  it('takes a verdict that is missing for unchecked', () => {
    const { unchecked, holds } = standingOf(all().filter(({ id }) => id !== 'converged'));
    expect(unchecked).toEqual([expect.objectContaining({ id: 'converged', finding: 'This check was not made.' })]);
    expect(holds).toHaveLength(12);
  });

  it('is not to be believed without any verdict', () => {
    expect(standingOf([])).toMatchObject({
      believable: false,
      headline: 'Not to be believed: none of the 13 verdicts has been reached.',
    });
  });

  it('knows the checks, in their order', () => {
    expect(verdictIds).toEqual(checks.map(({ id }) => id));
  });

  it('keeps the order of the explanations, whatever that of the list', () => {
    expect(standingOf(all().reverse()).holds.map(({ id }) => id)).toEqual(verdictIds);
  });
});
