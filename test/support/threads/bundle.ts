import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the bundles. */
    readonly threads: string;
  }
}

/** The modules that threads start on. */
export const THREADS = [
  'index/thread.ts',
  'index/fold-thread.ts',
  'server/model/thread.ts',
  'server/jobs/kinds/harden/arguments-thread.ts',
  'trainer/loading/thread.ts',
];

/** Bundles what threads start on, once for all tests: to load it as TypeScript, module by module, takes half a second of each start. */
export default async function bundleThreads(project: TestProject): Promise<() => void> {
  // In the packages' cache, from where the packages are found.
  const outdir = resolve('node_modules', '.cache', `holdfast-threads-${process.pid}`);
  await build({
    ...{ entryPoints: THREADS, outbase: '.', outdir, bundle: true, splitting: true },
    ...{ packages: 'external', format: 'esm', platform: 'node' },
    outExtension: { '.js': '.mjs' },
  });
  project.provide('threads', outdir);
  return () => rmSync(outdir, { recursive: true });
}
