import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Those of the shared libraries that the dynamic linker of Linux would not find by their names. */
export function missingLibraries(names: readonly string[]): string[] {
  const folders = (process.env.LD_LIBRARY_PATH ?? '').split(':').filter((folder) => folder !== '');
  const known = linkerCache();
  return names.filter((name) => !known.has(name) && !folders.some((folder) => existsSync(join(folder, name))));
}

/** The names in the linker's cache; none where there is no such cache. */
function linkerCache(): ReadonlySet<string> {
  for (const command of ['/sbin/ldconfig', 'ldconfig']) {
    try {
      const text = execFileSync(command, ['-p'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
      return new Set(text.split('\n').map((line) => line.trim().split(' ', 1)[0] as string));
    } catch {
      // It is not here, or this is not Linux.
    }
  }
  return new Set();
}
