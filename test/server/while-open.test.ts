import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../../base/errors.ts';
import type { Services } from '../../server/lifecycle.ts';
import { whileOpen } from '../../server/while-open.ts';
import { memoryGallery } from './support/gallery.ts';
import { fakeModel, testManifest } from './support/model.ts';

const never = new AbortController().signal;
const closed = new HoldfastError('GALLERY_CLOSED', 'closed');

describe('a change of the gallery that another server has closed', () => {
  const servicesOf = (version: string): Services => {
    return { gallery: memoryGallery(version), model: fakeModel(), manifest: testManifest(version) };
  };

  it('is made once where it is open, and fails as it fails', async () => {
    const lifecycle = { services: () => servicesOf('old-1') };
    expect(await whileOpen(lifecycle, never, async ({ manifest }) => manifest.version)).toBe('old-1');
    await expect(whileOpen(lifecycle, never, () => Promise.reject(new Error('disk')))).rejects.toThrow('disk');
  });

  it('waits for the version that takes over, and is made with that', async () => {
    let current = servicesOf('old-1');
    const made: string[] = [];
    const version = await whileOpen({ services: () => current }, never, async ({ manifest }) => {
      made.push(manifest.version);
      if (manifest.version === 'new-1') return manifest.version;
      setTimeout(() => {
        current = servicesOf('new-1');
      });
      throw closed;
    });
    expect([version, made]).toEqual(['new-1', ['old-1', 'new-1']]);
  });

  it('is tried again with the same version, which may be open again', async () => {
    const services = servicesOf('old-1');
    let tries = 0;
    const change = async (): Promise<number> => {
      tries += 1;
      if (tries === 1) throw closed;
      return tries;
    };
    expect(await whileOpen({ services: () => services }, never, change)).toBe(2);
  });

  it('ends with its client', async () => {
    const services = servicesOf('old-1');
    const gone = AbortSignal.abort(new Error('hung up'));
    await expect(whileOpen({ services: () => services }, gone, () => Promise.reject(closed))).rejects.toThrow(
      'hung up',
    );
  });
});
