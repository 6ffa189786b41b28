import { beforeEach, describe, expect, it } from 'vitest';
import { HoldfastError } from '../../../base/errors.ts';
import { compact } from '../../../embedding/backbones/compact.ts';
import type { Peer } from '../../../server/gallery/types.ts';
import { createLifecycle, type Lifecycle, type Services } from '../../../server/lifecycle.ts';
import { createPeer } from '../../../server/models/peer.ts';
import { createServed, type Served } from '../../../server/models/served.ts';
import { eventually } from '../../support/eventually.ts';
import { memoryGallery } from '../support/gallery.ts';
import { memoryJobs } from '../support/jobs.ts';
import { fakeModel, testManifest } from '../support/model.ts';

describe('a server beside one that promotes', () => {
  let lifecycle: Lifecycle;
  let served: Served;
  let peer: Peer;
  let opened: string[];
  let closed: string[];

  const servicesOf = (version: string): Services => {
    const close = async (): Promise<void> => void closed.push(version);
    return { model: fakeModel({ close }), gallery: memoryGallery(version), manifest: testManifest(version) };
  };

  beforeEach(() => {
    [opened, closed] = [[], []];
    lifecycle = createLifecycle(memoryJobs());
    lifecycle.open(servicesOf('old-1'));
    served = createServed({ lifecycle, previous: null, onServed: () => {}, log: () => {} });
    peer = createPeer({
      served,
      find: (version) => {
        if (version === 'none-1') throw new HoldfastError('MODEL_UNKNOWN', 'no such version');
        return { directory: version, manifest: testManifest(version), backbone: compact, weights: {} };
      },
      open: async ({ manifest: { version } }, turn) => {
        opened.push(`${version} in ${turn}`);
        return servicesOf(version);
      },
    });
  });

  it('opens the version once, and goes on with the old one until it is to take it', async () => {
    await peer.prepare('new-1', 4);
    await peer.prepare('new-1', 4);
    expect(lifecycle.services().manifest.version).toBe('old-1');
    const leave = lifecycle.enter();
    await peer.take({ version: 'new-1', previous: 'old-1' }, 4);
    expect(opened).toEqual(['new-1 in 4']);
    expect([lifecycle.services().manifest.version, served.previous]).toEqual(['new-1', 'old-1']);
    // What is served is not dropped, and what a request uses is not closed.
    await peer.drop();
    expect(closed).toEqual([]);
    leave();
    await eventually(() => expect(closed).toEqual(['old-1']));
  });

  it('opens what it did not when it takes it', async () => {
    await peer.take({ version: 'new-1', previous: 'old-1' }, 4);
    expect(opened).toEqual(['new-1 in 4']);
    expect(lifecycle.services().manifest.version).toBe('new-1');
  });

  it('closes what comes to nothing, and opens it anew for another turn', async () => {
    await peer.prepare('new-1', 4);
    await peer.prepare('new-1', 5);
    expect(closed).toEqual(['new-1']);
    await peer.drop();
    await peer.drop();
    expect([opened, closed]).toEqual([
      ['new-1 in 4', 'new-1 in 5'],
      ['new-1', 'new-1'],
    ]);
  });

  it('goes on with the old one where it does not have the version', async () => {
    await expect(peer.prepare('none-1', 4)).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
    await expect(peer.take({ version: 'none-1', previous: 'old-1' }, 4)).rejects.toMatchObject({
      code: 'MODEL_UNKNOWN',
    });
    expect(lifecycle.services().manifest.version).toBe('old-1');
    expect(closed).toEqual([]);
  });
});
