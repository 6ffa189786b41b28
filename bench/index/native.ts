import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { buildNative, runIn } from '../../scripts/build-native.ts';

/** The package, and what it is compiled and loaded with. */
const PACKAGES = ['hnswlib-node', 'node-addon-api', 'bindings', 'file-uri-to-path'];

/** The folder of packages of this checkout: the parent of `node_modules`. */
export function ownPackages(): string {
  return resolve(createRequire(import.meta.url).resolve('hnswlib-node'), '..', '..', '..', '..');
}

/**
 * A copy of hnswlib-node in `folder`, compiled for this processor once; the one of the checkout stays as it is.
 * @returns the folder, undefined when it cannot be compiled so.
 */
export function nativePackages(folder: string): string | undefined {
  const done = join(folder, 'native');
  if (existsSync(done)) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of PACKAGES) {
    const path = join('node_modules', name);
    cpSync(join(ownPackages(), path), join(folder, path), { recursive: true, dereference: true });
  }
  const described = { private: true, dependencies: { 'hnswlib-node': '*' }, allowScripts: { 'hnswlib-node': true } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(described));
  if (buildNative(runIn(folder)) !== 'native') return undefined;
  writeFileSync(done, '');
  return folder;
}
