import { beforeEach, describe, expect, it } from 'vitest';
import { HoldfastError } from '../../../base/errors.ts';
import { compact } from '../../../embedding/backbones/compact.ts';
import type { ModelVersion } from '../../../embedding/types.ts';
import type { Gallery } from '../../../index/types.ts';
import { createLifecycle, type Lifecycle, type Services } from '../../../server/lifecycle.ts';
import { createPromoter, type Promoter } from '../../../server/models/promoter.ts';
import { createServed } from '../../../server/models/served.ts';
import type { Promoted } from '../../../server/models/serving-file.ts';
import { readPicture } from '../../../server/picture.ts';
import { eventually } from '../../support/eventually.ts';
import { memoryGallery } from '../support/gallery.ts';
import { memoryJobs } from '../support/jobs.ts';
import { fakeModel, testManifest } from '../support/model.ts';
import { png } from '../support/pictures.ts';

const metrics = { recallAt1: 0.4, recallAt1UnderEs: 0.3, recallAt1UnderRanking: 0.2 };
const worse = { ...metrics, recallAt1: 0.35 };

describe('a promotion', () => {
  let lifecycle: Lifecycle;
  let promoter: Promoter;
  let closed: string[];
  let promoted: Promoted[];
  let told: string[];
  /** Resolves when the other servers are ready. */
  let others: () => Promise<void>;
  let galleries: Map<string, Gallery>;
  let broken: boolean;
  let said: string[];

  const servicesOf = (version: string): Services => {
    const gallery = galleries.get(version) ?? memoryGallery(version);
    galleries.set(version, gallery);
    const close = async (): Promise<void> => void closed.push(version);
    const model = fakeModel({ close, ...(broken ? { embed: async (all) => all.map(noise) } : {}) });
    return { model, gallery, manifest: { ...testManifest(version), metrics: cards[version] ?? {} } };
  };
  /** Another vector for each call. */
  let calls = 0;
  const noise = (): Float32Array => {
    calls += 1;
    return Float32Array.from({ length: 8 }, (_, i) => (i === calls % 8 ? 1 : 0));
  };
  const cards: Readonly<Record<string, Readonly<Record<string, number>>>> = {
    'old-1': metrics,
    'new-1': metrics,
    'worse-1': worse,
  };
  const find = (version: string): ModelVersion => {
    if (cards[version] === undefined) throw new HoldfastError('MODEL_UNKNOWN', `no model version "${version}"`);
    const manifest = { ...testManifest(version), metrics: cards[version] };
    return { directory: version, manifest, backbone: compact, weights: {} };
  };
  const add = async (services: Services, id: string): Promise<void> => {
    const image = { type: 'image/png', bytes: await png(id) };
    const { pixels } = await readPicture(image.bytes, services.manifest.preprocessing);
    const [vector = new Float32Array()] = await services.model.embed([pixels]);
    await services.gallery.add([{ id, vector, image }]);
  };
  const idsOf = async (version: string) =>
    ((await galleries.get(version)?.sample(100)) ?? []).map(({ id }) => id).sort();
  const ended = () => eventually(() => expect(['done', 'failed']).toContain(promoter.status()?.state));

  beforeEach(async () => {
    closed = [];
    promoted = [];
    galleries = new Map();
    broken = false;
    said = [];
    lifecycle = createLifecycle(memoryJobs());
    lifecycle.open(servicesOf('old-1'));
    for (const id of ['a', 'b', 'c']) await add(lifecycle.services(), id);
    told = [];
    others = async () => {};
    const tell = (what: string) => async () => void told.push(what);
    const served = createServed({ lifecycle, previous: null, onServed: () => {}, log: (line) => said.push(line) });
    promoter = createPromoter({
      ...{ lifecycle, find, served, log: (line) => said.push(line) },
      open: async ({ manifest }) => servicesOf(manifest.version),
      begin: async (previous, { version }) => ({
        number: 1,
        ready: () => others(),
        close: tell('close'),
        swap: async () => void promoted.push({ version, previous }),
        end: tell('end'),
      }),
    });
  });

  it('embeds the gallery by the new version, serves it, and closes the old one', async () => {
    expect(promoter.promote('new-1')).toMatchObject({ version: 'new-1', state: 'embedding', share: 0 });
    await ended();
    expect(promoter.status()).toEqual({ version: 'new-1', state: 'done', share: 1, error: null });
    expect(lifecycle.services().manifest.version).toBe('new-1');
    expect(await idsOf('new-1')).toEqual(['a', 'b', 'c']);
    expect(promoted).toEqual([{ version: 'new-1', previous: 'old-1' }]);
    await eventually(() => expect(closed).toEqual(['old-1']));
  });

  it('keeps the old version open for requests that use it', async () => {
    const leave = lifecycle.enter();
    promoter.promote('new-1');
    await ended();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(closed).toEqual([]);
    leave();
    await eventually(() => expect(closed).toEqual(['old-1']));
  });

  it('takes over what is written meanwhile, and what is removed', async () => {
    const leave = await lifecycle.share();
    promoter.promote('new-1');
    await eventually(() => expect(promoter.status()?.state).toBe('checking'));
    await add(lifecycle.services(), 'd');
    await lifecycle.services().gallery.remove('a');
    leave();
    await ended();
    expect(await idsOf('new-1')).toEqual(['b', 'c', 'd']);
  });

  it('makes writes wait for no more than what was written since, however large the gallery is', async () => {
    let walks = 0;
    const counting = (gallery: Gallery): Gallery => ({
      ...gallery,
      list(options) {
        walks += 1;
        return gallery.list(options);
      },
    });
    lifecycle.open({ ...lifecycle.services(), gallery: counting(lifecycle.services().gallery) });
    galleries.set('new-1', counting(memoryGallery('new-1')));
    const leave = await lifecycle.share();
    promoter.promote('new-1');
    await eventually(() => expect(promoter.status()?.state).toBe('checking'));
    expect(walks).toBeGreaterThan(0);
    walks = 0;
    await add(lifecycle.services(), 'd');
    await lifecycle.services().gallery.remove('a');
    leave();
    await ended();
    expect(await idsOf('new-1')).toEqual(['b', 'c', 'd']);
    expect(walks).toBe(0);
  });

  it('waits until the other servers are ready, closes the gallery for the last step, and ends its turn', async () => {
    others = async () => void (await add(lifecycle.services(), 'd'));
    promoter.promote('new-1');
    await ended();
    expect(promoter.status()?.state).toBe('done');
    expect(await idsOf('new-1')).toEqual(['a', 'b', 'c', 'd']);
    expect(told).toEqual(['close', 'end']);
  });

  it('gives its turn up when another server cannot follow', async () => {
    others = () => Promise.reject(new HoldfastError('SERVERS_BESIDE', 'no such version there'));
    promoter.promote('new-1');
    await ended();
    expect(promoter.status()).toMatchObject({ state: 'failed', error: { code: 'SERVERS_BESIDE' } });
    expect([told, promoted, closed]).toEqual([['end'], [], ['new-1']]);
    expect(lifecycle.services().manifest.version).toBe('old-1');
  });

  it('goes back, with what was written since', async () => {
    expect(() => promoter.rollback()).toThrow(expect.objectContaining({ code: 'ROLLBACK_IMPOSSIBLE' }));
    promoter.promote('new-1');
    await ended();
    await add(lifecycle.services(), 'd');
    await lifecycle.services().gallery.remove('b');
    promoter.rollback();
    await ended();
    expect(lifecycle.services().manifest.version).toBe('old-1');
    expect(await idsOf('old-1')).toEqual(['a', 'c', 'd']);
    expect(promoted.at(-1)).toEqual({ version: 'old-1', previous: 'new-1' });
  });

  it('refuses a version that is worse, unless it is forced or the floors are lower', async () => {
    const refused = expect.objectContaining({
      code: 'GATE_REFUSED',
      message: expect.stringContaining('4.0 points below'),
    });
    expect(() => promoter.promote('worse-1')).toThrow(refused);
    expect(promoter.status()).toBeUndefined();
    promoter.promote('worse-1', { force: true });
    await ended();
    expect(lifecycle.services().manifest.version).toBe('worse-1');
  });

  it('refuses an unknown version, the one that is served, and a second one at once', async () => {
    expect(() => promoter.promote('none-1')).toThrow(expect.objectContaining({ code: 'MODEL_UNKNOWN' }));
    expect(() => promoter.promote('old-1')).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }));
    promoter.promote('new-1');
    expect(() => promoter.promote('worse-1', { force: true })).toThrow(
      expect.objectContaining({ code: 'PROMOTION_RUNNING' }),
    );
    expect(() => promoter.rollback()).toThrow(expect.objectContaining({ code: 'PROMOTION_RUNNING' }));
    await ended();
  });

  it('leaves the old version in service when the records do not find themselves', async () => {
    broken = true;
    promoter.promote('new-1');
    await ended();
    expect(promoter.status()).toMatchObject({ state: 'failed', error: { code: 'CANARY_FAILED' } });
    expect(lifecycle.services().manifest.version).toBe('old-1');
    expect(closed).toEqual(['new-1']);
    expect(promoted).toEqual([]);
  });

  it('is cancelled within a chunk, keeps what is embedded, and can be begun again', async () => {
    for (let i = 0; i < 100; i++) await add(lifecycle.services(), `more:${i}`);
    const begun = promoter.promote('new-1');
    expect(promoter.cancel()).toEqual(begun);
    await eventually(() => expect(promoter.status()?.state).toBe('cancelled'));
    expect(promoter.status()?.error).toBeNull();
    expect(lifecycle.services().manifest.version).toBe('old-1');
    expect(await galleries.get('new-1')?.count()).toBeLessThan(103);
    expect(closed).toEqual(['new-1']);
    expect(() => promoter.cancel()).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }));
    promoter.promote('new-1');
    await eventually(() => expect(promoter.status()?.state).toBe('done'));
    expect(lifecycle.services().manifest.version).toBe('new-1');
    expect(await galleries.get('new-1')?.count()).toBe(103);
  });

  it('says what was not closed in order, and goes on', async () => {
    const { model, ...rest } = lifecycle.services();
    const stuck = async (): Promise<void> => {
      throw new Error('the thread is gone');
    };
    lifecycle.open({ ...rest, model: { ...model, close: stuck } });
    promoter.promote('new-1');
    await eventually(() => expect(said).toContain('old-1 was not closed in order: the thread is gone'));
    promoter.rollback();
    await ended();
    expect(lifecycle.services().manifest.version).toBe('old-1');
    await promoter.close();
  });

  it('is stopped with the server', async () => {
    promoter.promote('new-1');
    await promoter.close();
    expect(promoter.status()?.state).toBe('failed');
    expect(closed).toEqual(['new-1']);
  });
});
