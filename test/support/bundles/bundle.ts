import { readFileSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the bundles. */
    readonly bundles: string;
  }
}

/** The modules that threads start on. */
export const THREADS = [
  'index/fold-thread.ts',
  'index/thread.ts',
  'server/jobs/kinds/harden/arguments-thread.ts',
  'server/model/thread.ts',
  'trainer/loading/thread.ts',
];

/** The modules that processes start on, but for the commands, which start as they do for those who use them. */
const PROCESSES = [
  'index/snapshots/snapshot-process.ts',
  'server/jobs/kinds/audit/process.ts',
  'server/jobs/kinds/harden/process.ts',
];

/** Tests that are processes of their own. */
const SCRIPTS = [
  'test/e2e/first-start.ts',
  'test/fault/support/full-disk.ts',
  'test/fault/support/promoting-server.ts',
  'test/fault/support/sharing-server.ts',
  'test/fault/support/writer.ts',
  'test/server/jobs/support/job-worker.ts',
  'test/server/jobs/support/worker.ts',
  'test/support/tls-client.ts',
  'test/trainer/killed-run.ts',
];

/**
 * Bundles what threads and processes start on, once for all tests: to load it as TypeScript, module by module, takes half a second of each
 * start, and more where it is much.
 */
export default async function makeBundles(project: TestProject): Promise<() => void> {
  // In the packages' cache, from where the packages are found.
  const outdir = resolve('node_modules', '.cache', `holdfast-bundles-${process.pid}`);
  await build({
    ...{ entryPoints: [...THREADS, ...PROCESSES, ...SCRIPTS], outbase: '.', outdir, bundle: true, splitting: true },
    ...{ packages: 'external', format: 'esm', platform: 'node', plugins: [ownUrls(outdir)] },
    outExtension: { '.js': '.mjs' },
  });
  project.provide('bundles', outdir);
  return () => rmSync(outdir, { recursive: true });
}

/** Modules keep the URL that they have as files, except that what they start themselves is looked for among the bundles. */
function ownUrls(outdir: string): Plugin {
  return {
    name: 'own URLs',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const text = readFileSync(path, 'utf8');
        if (!text.includes('import.meta.url')) return undefined;
        const starts = /start(Thread|Process)\('/.test(text);
        const place = starts ? join(outdir, relative(process.cwd(), path).replace(/\.ts$/, '.mjs')) : path;
        return {
          contents: text.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(place).href)),
          loader: 'ts',
        };
      });
    },
  };
}
