import { describe, expect, it } from 'vitest';
import { parseAuditOptions, profileOf } from '../../audit/options.ts';

function parsed(...args: string[]) {
  const options = parseAuditOptions(args);
  if (options === undefined) throw new RangeError('help was asked for');
  return options;
}

const refused = (...args: string[]) => expect(() => parseAuditOptions(args));

describe('the options of an audit', () => {
  it('take the profile of the network where none is named', () => {
    expect(profileOf(parsed(), 3).name).toBe('rob224');
    expect(profileOf(parsed(), 1).name).toBe('rob28');
    expect(profileOf(parsed('--profile', 'quick'), 1).name).toBe('quick');
  });

  it('change what the profile says', () => {
    const options = parsed('--epsilon', '4/255', '--alpha', '1', '--steps', '5', '--restarts', '2', '--queries', '9');
    const { budget, queries } = profileOf(options, 3);
    expect(budget).toEqual({ epsilon: 4 / 255, alpha: 1 / 255, steps: 5, restarts: 2, keepBest: true });
    expect(queries).toBe(9);
    const l2 = profileOf(parsed('--norm', 'l2', '--step-rule', 'apgd'), 3);
    expect(l2.budget).toMatchObject({ norm: 'l2', stepRule: 'apgd' });
  });

  it('score the last iterate under the protocol of the released evaluation alone', () => {
    expect(profileOf(parsed('--protocol', 'robrank'), 3).budget).not.toHaveProperty('keepBest');
    expect(profileOf(parsed(), 3).budget.keepBest).toBe(true);
  });

  it('name the two that are compared', () => {
    expect(parsed('--compare', 'a', 'b').compare).toEqual(['a', 'b']);
    expect(parsed('--compare', 'a', 'b', '--queries', '3').queries).toBe(3);
    refused('--compare', 'a').toThrow('two different');
    refused('--compare', 'a', 'a').toThrow('two different');
    refused('--compare', 'a', 'b', 'c').toThrow('two different');
    refused('--compare', 'a', 'b', '--model', 'c').toThrow('--model');
  });

  it('are refused by name', () => {
    refused('--profile', 'rob999').toThrow('--profile is "rob999", not one of: rob28, rob224, quick');
    refused('--sample', '0').toThrow('--sample');
    refused('emoji').toThrow('"emoji" stands without an option');
    refused('--models', 'x').toThrow('--models');
  });

  it('are nothing where help is asked for', () => {
    expect(parseAuditOptions(['--help'])).toBeUndefined();
  });
});
