import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

/** The packages that a module loads at once, by itself or through others of the project. */
async function packagesOf(entry: string): Promise<string[]> {
  const { metafile } = await build({
    ...{ entryPoints: [entry], bundle: true, packages: 'external', format: 'esm', platform: 'node' },
    ...{ metafile: true, write: false, outdir: 'unused', logLevel: 'silent' },
  });
  const [packages, seen, waiting] = [new Set<string>(), new Set<string>(), [entry]];
  for (let module = waiting.pop(); module !== undefined; module = waiting.pop()) {
    if (seen.has(module)) continue;
    seen.add(module);
    for (const { path, external, kind } of metafile.inputs[module]?.imports ?? []) {
      if (kind === 'dynamic-import') continue;
      if (external !== true) waiting.push(path);
      else if (!path.startsWith('node:')) packages.add(path);
    }
  }
  return [...packages].sort();
}

describe('a thread that begins', () => {
  // TF.js takes most of a second of a core, for each swap of models.
  it('loads nothing but ONNX Runtime to embed', async () => {
    // `createRequire` loads that.
    expect(await packagesOf('server/model/thread.ts')).toEqual([]);
    expect(await packagesOf('server/model/adversary.ts')).toContain('@tensorflow/tfjs');
  });

  it('loads no model for an index', async () => {
    expect(await packagesOf('index/thread.ts')).toEqual(['better-sqlite3', 'hnswlib-node', 'zod']);
  });
});
