import { type IconSet, SETS, type SetName } from './sets.ts';

/** A drawing: which icon of which set, and what it shows. */
export interface Selected {
  readonly set: SetName;
  readonly icon: string;
  /** Noto's name of the emoji. */
  readonly className: string;
  readonly category: string;
}

/** Sets that say which code points an icon stands for, in the order in which their names are believed. */
const NAMED = ['noto', 'twemoji', 'openmoji', 'fluent-emoji-flat'] as const;
const LEFT_OUT_CATEGORIES = ['Symbols', 'Flags'];
/** Clock faces: their classes differ by the hands only. */
const isClock = (key: string): boolean => /^1f5(5[0-9a-f]|6[0-7])$/.test(key);
/** Drawings of noto-v1 that are those of noto, stroke for stroke. */
const REPEATED = ['comet', 'right-anger-bubble', 'tornado'];
const FEWEST_DRAWINGS = 5;

type Sets = Readonly<Record<SetName, IconSet>>;

/** Code points in lower case, without the variation selector. */
const keyOf = (characters: string): string =>
  characters
    .toLowerCase()
    .split('-')
    .filter((point) => point !== 'fe0f')
    .join('-');

const squash = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Other names of icons, without those that turn or mirror the picture. */
function plainAliases(set: IconSet): [alias: string, parent: string][] {
  return Object.entries(set.aliases)
    .filter(([, { hFlip, vFlip, rotate }]) => !hFlip && !vFlip && !rotate)
    .map(([alias, { parent }]): [string, string] => [alias, parent])
    .sort(([a], [b]) => inOrder(a, b));
}

/** Puts a value under a key unless there is one: the first wins. */
function putFirst<V>(map: Map<string, V>, key: string, value: V): void {
  if (!map.has(key)) map.set(key, value);
}

function keysByName(set: IconSet): Map<string, string> {
  const keys = new Map<string, string>();
  for (const [characters, name] of Object.entries(set.characters)) putFirst(keys, name, keyOf(characters));
  return keys;
}

/** Which code points a squashed name stands for, by the four sets that say so. */
function keysBySquashedName(sets: Sets): Map<string, string> {
  const result = new Map<string, string>();
  for (const set of NAMED) {
    const keys = keysByName(sets[set]);
    for (const name of Object.keys(sets[set].icons).sort(inOrder)) {
      const key = keys.get(name);
      if (key !== undefined) putFirst(result, squash(name), key);
    }
    for (const [alias, parent] of plainAliases(sets[set])) {
      const key = keys.get(parent);
      if (key !== undefined) putFirst(result, squash(alias), key);
    }
  }
  return result;
}

/** One icon of a set for each key, the first by name. */
function iconsByKey(set: IconSet, squashed: ReadonlyMap<string, string>): Map<string, string> {
  const known = keysByName(set);
  const aliases = new Map<string, string[]>();
  for (const [alias, parent] of plainAliases(set)) aliases.set(parent, [...(aliases.get(parent) ?? []), alias]);
  const keyOfIcon = (name: string): string | undefined => {
    if (known.size > 0) return known.get(name);
    return [name, ...(aliases.get(name) ?? [])].map((n) => squashed.get(squash(n))).find((key) => key !== undefined);
  };
  const result = new Map<string, string>();
  for (const name of Object.keys(set.icons).sort(inOrder)) {
    const key = keyOfIcon(name);
    if (key !== undefined) putFirst(result, key, name);
  }
  return result;
}

/**
 * The drawings of the data set, by class and then by set: single code points that noto has, no symbols, flags or clocks, at
 * least five drawings a class. 861 classes, 5,873 drawings at the pinned versions of the packages.
 */
export function selectDrawings(sets: Sets): Selected[] {
  const squashed = keysBySquashedName(sets);
  const icons = SETS.map((set) => ({ set, byKey: iconsByKey(sets[set], squashed) }));
  const categories = new Map<string, string>();
  for (const [category, names] of Object.entries(sets.noto.categories)) {
    for (const name of names) putFirst(categories, name, category);
  }
  const noto = icons[0]?.byKey ?? new Map<string, string>();
  const classes = [...noto]
    .filter(
      ([key, name]) => !key.includes('-') && !isClock(key) && !LEFT_OUT_CATEGORIES.includes(categories.get(name) ?? ''),
    )
    .map(([key, className]) =>
      icons.flatMap(({ set, byKey }): Selected[] => {
        const icon = byKey.get(key);
        return icon === undefined ? [] : [{ set, icon, className, category: categories.get(className) ?? '' }];
      }),
    )
    .filter((drawings) => drawings.length >= FEWEST_DRAWINGS);
  return classes
    .sort(([a], [b]) => inOrder(a?.className ?? '', b?.className ?? ''))
    .flat()
    .filter(({ set, className }) => !(set === 'noto-v1' && REPEATED.includes(className)));
}
