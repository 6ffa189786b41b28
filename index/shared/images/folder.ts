import { mkdirSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HoldfastError } from '../../../base/errors.ts';
import { isDiskError } from '../../sqlite.ts';
import type { ImageStore, StoreOwner } from '../types.ts';
import { packImage, unpackImage } from './pack.ts';

/**
 * The pictures of a gallery as files in a folder that all servers see, such as one on NFS: FOLDER/IDENTITY/000/000012345.
 * @throws STORE_UNAVAILABLE when the folder cannot be used
 */
export async function openFolderImages(folder: string, { identity }: StoreOwner): Promise<ImageStore> {
  const root = join(folder, identity);
  const pathOf = (label: number): string => {
    const name = String(label).padStart(12, '0');
    return join(root, name.slice(0, -6), name.slice(-6, -3), name);
  };
  await onDisk(folder, async () => mkdirSync(root, { recursive: true }));
  return {
    put: (label, image) => onDisk(folder, () => writeDurably(pathOf(label), packImage(image))),
    get: (label) =>
      onDisk(folder, async () => {
        const bytes = await readFile(pathOf(label)).catch(noneWhenMissing);
        return bytes && unpackImage(bytes, `${folder}: picture ${label}`);
      }),
    remove: (labels) =>
      onDisk(folder, async () => {
        await Promise.all(labels.map((label) => rm(pathOf(label), { force: true })));
      }),
    async close() {
      // Nothing is kept open.
    },
  };
}

/** The file appears whole or not at all. */
async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(`${path}.part`, 'w');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.part`, path);
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function noneWhenMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}

async function onDisk<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!isDiskError(cause)) throw cause;
    const full = 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT');
    throw new HoldfastError(full ? 'INDEX_WRITE_FAILED' : 'STORE_UNAVAILABLE', `${folder}: ${cause.message}`, {
      cause,
    });
  }
}
