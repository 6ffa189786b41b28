import { describe, expect, it } from 'vitest';
import { selectDrawings } from '../../../trainer/data/emoji/selection.ts';
import { fingerprint, type IconSet, readIconSet, SETS, type SetName } from '../../../trainer/data/emoji/sets.ts';
import { emojiSplit } from '../../../trainer/data/emoji.ts';

const sets = Object.fromEntries(SETS.map((name) => [name, readIconSet(name)])) as Record<SetName, IconSet>;
const drawings = selectDrawings(sets);
const classesOf = (list: readonly { className: string }[]): string[] => [...new Set(list.map((d) => d.className))];
const countOf = (className: string): number => drawings.filter((drawing) => drawing.className === className).length;

describe('the drawings that are selected', () => {
  it('are 5,873 of 861 emoji', () => {
    expect(drawings.length).toBe(5873);
    expect(classesOf(drawings).length).toBe(861);
  });

  it('come from every set in known numbers', () => {
    const counts = SETS.map((set) => [set, drawings.filter((drawing) => drawing.set === set).length]);
    expect(Object.fromEntries(counts)).toEqual({
      noto: 861,
      'noto-v1': 854,
      twemoji: 861,
      openmoji: 861,
      'fluent-emoji-flat': 854,
      emojione: 859,
      'emojione-v1': 723,
    });
  });

  it('are sorted by class, then in the order of the sets, one for each', () => {
    const keys = drawings.map(({ className, set }) => `${className}\n${SETS.indexOf(set)}`);
    expect(keys).toEqual([...new Set(keys)].sort());
  });

  it('have five to seven drawings a class, four where a repeated one was left out', () => {
    const few = classesOf(drawings).filter((name) => countOf(name) < 5);
    expect(few.every((name) => ['comet', 'right-anger-bubble', 'tornado'].includes(name))).toBe(true);
    expect(Math.max(...classesOf(drawings).map(countOf))).toBe(7);
  });

  it('leave out the drawings of noto-v1 that repeat those of noto', () => {
    for (const name of ['comet', 'right-anger-bubble', 'tornado']) {
      const there = drawings.filter(({ className }) => className === name).map(({ set }) => set);
      expect(there).toContain('noto');
      expect(there).not.toContain('noto-v1');
      expect(sets['noto-v1'].icons[name]?.body).toBeDefined();
    }
  });

  it('keep near-duplicate classes, which cap the recall', () => {
    for (const name of ['angry-face-with-horns', 'smiling-face-with-horns', 'cat-face', 'grinning-cat']) {
      expect(countOf(name)).toBeGreaterThanOrEqual(5);
    }
  });

  it('have no symbols, flags, clock faces or skin tones', () => {
    expect(drawings.filter(({ category }) => ['Symbols', 'Flags', ''].includes(category))).toEqual([]);
    expect(classesOf(drawings).filter((name) => /skin-tone|o-clock|-thirty$/.test(name))).toEqual([]);
  });
});

describe('the halves', () => {
  const { train, test } = emojiSplit(drawings);

  it('share no class and lose no drawing', () => {
    const trained = new Set(classesOf(train));
    expect(classesOf(test).filter((name) => trained.has(name))).toEqual([]);
    expect(train.length + test.length).toBe(drawings.length);
  });

  it('are the first 430 classes by name and the last 431', () => {
    expect([classesOf(train).length, classesOf(test).length]).toEqual([430, 431]);
    expect([train.length, test.length]).toEqual([2936, 2937]);
    expect([...classesOf(train), ...classesOf(test)]).toEqual(classesOf(drawings).sort());
  });

  it('do not depend on the order of the drawings', () => {
    const shuffled = emojiSplit([...drawings].reverse());
    expect(new Set(shuffled.train)).toEqual(new Set(train));
  });
});

describe('the sets', () => {
  it('name the package that is missing and what to do', () => {
    expect(() => readIconSet('absent' as string as SetName)).toThrowError(
      expect.objectContaining({ code: 'DATA_MISSING', message: expect.stringMatching(/absent.*npm/) }),
    );
  });

  it('have a fingerprint that changes with a version and with the renderer', () => {
    const newer = { ...sets, noto: { ...sets.noto, version: '9.9.9' } };
    expect(new Set([fingerprint(sets, 'a'), fingerprint(sets, 'b'), fingerprint(newer, 'a')]).size).toBe(3);
    expect(fingerprint(sets, 'a')).toBe(fingerprint({ ...sets }, 'a'));
  });
});
