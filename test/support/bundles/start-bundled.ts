import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { vi } from 'vitest';
import { bundled } from './bundled.ts';

/** Where a module starts another from: its bundle where it has one. */
function placeOf(name: string, from: string): string {
  const bundle = bundled(join(dirname(fileURLToPath(from)), name));
  return bundle === undefined ? from : pathToFileURL(bundle).href;
}

// Threads and processes of the project start on their bundles, and those that these start do too.
vi.mock(import('../../../base/threads.ts'), async (original) => {
  const threads = await original();
  return { ...threads, startThread: (name, from, options) => threads.startThread(name, placeOf(name, from), options) };
});
vi.mock(import('../../../base/processes.ts'), async (original) => {
  const processes = await original();
  return {
    ...processes,
    startProcess: (name, from, args, options) => processes.startProcess(name, placeOf(name, from), args, options),
  };
});
