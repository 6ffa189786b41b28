import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inject, vi } from 'vitest';

// Threads of the project start on their bundles; others, and those of processes that a test starts, as they would without this.
vi.mock(import('../../../base/threads.ts'), async (original) => {
  const threads = await original();
  return {
    ...threads,
    startThread(name, from, options) {
      const folder = relative(process.cwd(), dirname(fileURLToPath(from)));
      const bundle = join(inject('threads'), folder, `${name}.mjs`);
      return threads.startThread(name, existsSync(bundle) ? pathToFileURL(bundle).href : from, options);
    },
  };
});
