import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { HoldfastError } from '../../../base/errors.ts';

/** The seven design teams, in the order in which their drawings of a class are listed. */
export const SETS = ['noto', 'noto-v1', 'twemoji', 'openmoji', 'fluent-emoji-flat', 'emojione', 'emojione-v1'] as const;
export type SetName = (typeof SETS)[number];

/** The files of an `@iconify-json` package that are needed here. */
export interface IconSet {
  readonly version: string;
  readonly width: number;
  readonly height: number;
  readonly icons: Readonly<Record<string, Icon>>;
  readonly aliases: Readonly<Record<string, Alias>>;
  /** Names by code points; empty in three of the sets. */
  readonly characters: Readonly<Record<string, string>>;
  /** Names by category. */
  readonly categories: Readonly<Record<string, readonly string[]>>;
}

export interface Icon {
  readonly body: string;
  readonly left?: number;
  readonly top?: number;
  readonly width?: number;
  readonly height?: number;
}

export interface Alias {
  readonly parent: string;
  readonly hFlip?: boolean;
  readonly vFlip?: boolean;
  readonly rotate?: number;
}

/** @throws HoldfastError DATA_MISSING naming the package. */
export function readIconSet(name: SetName): IconSet {
  const folder = packageFolder(name);
  // The packages are pinned: their files have the form that their own documentation states.
  const read = <T>(file: string): T => JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const optional = <T>(file: string): Partial<T> => {
    try {
      return read<T>(file);
    } catch {
      return {};
    }
  };
  const { icons, aliases = {}, width = 16, height = 16 } = read<Partial<IconSet>>('icons.json');
  const { version } = read<{ version: string }>('package.json');
  return {
    version,
    width,
    height,
    icons: icons ?? {},
    aliases,
    characters: optional<Record<string, string>>('chars.json') as IconSet['characters'],
    categories: optional<Pick<IconSet, 'categories'>>('metadata.json').categories ?? {},
  };
}

function packageFolder(name: SetName): string {
  const id = `@iconify-json/${name}/package.json`;
  try {
    return dirname(createRequire(import.meta.url).resolve(id));
  } catch (cause) {
    throw new HoldfastError(
      'DATA_MISSING',
      `the emoji set ${name} is not installed: run "npm ci" in a clone, or "npm install @iconify-json/${name}"`,
      { cause },
    );
  }
}

/** Changes whenever a package does, and with `extra`. */
export function fingerprint(sets: Readonly<Record<SetName, IconSet>>, extra: string): string {
  const versions = SETS.map((name) => `${name}@${sets[name].version}`).join(' ');
  return createHash('sha256').update(`${versions} ${extra}`).digest('hex').slice(0, 16);
}
