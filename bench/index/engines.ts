import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nativePackages, ownPackages } from './native.ts';

/** What is compared, and how its process is started. */
export interface Engine {
  readonly name: string;
  /** The folder of its index; engines with the same one share it. */
  readonly folder: string;
  readonly command: readonly string[];
  /** Whether its graph can be made anew from what is stored beside it. */
  readonly rebuilds?: true;
}

/** Where there are things that an engine may need. */
export interface Here {
  /** Folder for what is compiled. */
  readonly root: string;
  /** The Python that may have faiss and hnswlib. */
  readonly python: string;
}

const script = (name: string): string => fileURLToPath(new URL(`./peers/${name}`, import.meta.url));
const node = (name: string): string[] => [process.execPath, '--expose-gc', '--import', 'tsx', script(name)];

/** Makes an engine ready by its name; undefined where it cannot be had. */
export const engines: Readonly<Record<string, (here: Here) => Engine | undefined>> = {
  holdfast: () => ({ name: 'holdfast', folder: 'holdfast', command: node('holdfast.ts'), rebuilds: true }),
  'holdfast-unread': () => ({
    name: 'holdfast, records not read before',
    ...{ folder: 'holdfast', command: node('holdfast-unread.ts'), rebuilds: true },
  }),
  'holdfast-graph': () => ({
    name: 'holdfast, without records',
    ...{ folder: 'holdfast', command: node('holdfast-graph.ts'), rebuilds: true },
  }),
  'hnswlib-node': () => ({
    name: 'hnswlib-node',
    ...{ folder: 'hnswlib-node', command: [...node('hnswlib.ts'), ownPackages()] },
  }),
  'hnswlib-native': ({ root }) => {
    const packages = nativePackages(join(root, 'native'));
    if (packages === undefined) return undefined;
    const command = [...node('hnswlib.ts'), packages];
    return { name: 'hnswlib-node, build:native', folder: 'hnswlib-node-build-native', command };
  },
  faiss: (here) => ofPython('faiss', here),
  hnswlib: (here) => ofPython('hnswlib', here),
};

function ofPython(library: string, { python }: Here): Engine | undefined {
  const code = `import numpy, ${library} as m; print(getattr(m, '__version__', ''))`;
  const { status, stdout } = spawnSync(python, ['-c', code], { encoding: 'utf8' });
  if (status !== 0) return undefined;
  const name = `python ${library} ${stdout.trim()}`.trim();
  return { name, folder: name.replaceAll(/[^a-z0-9.]+/g, '-'), command: [python, script('peer.py'), library] };
}
