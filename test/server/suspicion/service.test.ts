import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { LEAST_PICTURES, suspicionOf } from '../../../attack/suspicion/calibration.ts';
import { movementsOf, withCopies } from '../../../attack/suspicion/movements.ts';
import { transformations } from '../../../attack/suspicion/transformations/index.ts';
import type { Gallery } from '../../../index/types.ts';
import type { Services } from '../../../server/lifecycle.ts';
import type { CallOptions } from '../../../server/model/types.ts';
import { readPicture } from '../../../server/picture.ts';
import { createSuspicion, type SuspicionService } from '../../../server/suspicion/service.ts';
import { memoryGallery } from '../support/gallery.ts';
import { memoryLog } from '../support/log.ts';
import { fakeModel, testManifest } from '../support/model.ts';
import { png } from '../support/pictures.ts';

const COUNT = LEAST_PICTURES + 6;
const { preprocessing } = testManifest();
const WAIT = { timeout: 60_000, interval: 5 };

describe('the calibration of suspicion', () => {
  let data: string;
  let embedded: CallOptions[];
  let gallery: Gallery;
  let made: SuspicionService[];
  let pictures: Buffer[];

  const model = () => {
    const { embed, ...rest } = fakeModel();
    return {
      ...rest,
      embed: (pixels: readonly Uint8Array[], options: CallOptions = {}) => {
        embedded.push(options);
        return embed(pixels);
      },
    };
  };
  const servicesOf = (version = 'test-1'): Services => ({ model: model(), gallery, manifest: testManifest(version) });
  const fileOf = (version: string): string => join(data, 'gallery', version, 'suspicion.json');
  const create = (again?: number): SuspicionService => {
    const service = createSuspicion({ data, log: memoryLog().log, ...(again === undefined ? {} : { again }) });
    made.push(service);
    return service;
  };
  const calibrated = (service: SuspicionService, services: Services) =>
    vi.waitFor(() => {
      const calibration = service.calibrationOf(services);
      if (calibration === undefined) throw new Error('not calibrated yet');
      return calibration;
    }, WAIT);
  const fill = async (from: number, to: number): Promise<void> => {
    for (let i = from; i < to; i++) {
      const image = { type: 'image/png', bytes: pictures[i] as Buffer };
      await gallery.add([{ id: `r${i}`, vector: Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0), image }]);
    }
  };

  beforeAll(async () => {
    pictures = await Promise.all(Array.from({ length: COUNT }, (_, i) => png(i)));
  });
  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), 'holdfast-suspicion-'));
    for (const version of ['test-1', 'test-2']) mkdirSync(join(data, 'gallery', version), { recursive: true });
    embedded = [];
    made = [];
    gallery = memoryGallery();
  });
  afterEach(async () => {
    for (const service of made) await service.close();
    rmSync(data, { recursive: true });
  });

  it('measures the pictures of the gallery, behind the searches, once', async () => {
    await fill(0, COUNT);
    const [service, services] = [create(), servicesOf()];
    expect(service.calibrationOf(services)).toBeUndefined();
    service.begin(services);
    const calibration = await calibrated(service, services);
    expect([calibration.statistics.length, calibration.centres.length, embedded.length]).toEqual([
      COUNT,
      transformations.length,
      COUNT,
    ]);
    expect(embedded.every(({ priority }) => priority === 'probe')).toBe(true);
    const { pixels } = await readPicture(pictures[7] as Buffer, preprocessing);
    const movements = movementsOf(await fakeModel().embed(await withCopies(pixels, preprocessing)));
    expect(suspicionOf(movements, calibration).value).toBeGreaterThan(0);
    // The next start finds it.
    embedded = [];
    const [second, later] = [create(), servicesOf()];
    second.begin(later);
    const after = await calibrated(second, later);
    expect(embedded).toEqual([]);
    expect(after).toEqual(calibration);
  });

  it('waits for a gallery that is large enough', async () => {
    await fill(0, LEAST_PICTURES - 1);
    const [service, services] = [create(0), servicesOf()];
    service.begin(services);
    for (let look = 0; look < 5; look++) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      expect(service.calibrationOf(services)).toBeUndefined();
    }
    expect(embedded).toEqual([]);
    await fill(LEAST_PICTURES - 1, COUNT);
    // It may have begun before the last of them were there.
    expect((await calibrated(service, services)).statistics.length).toBeGreaterThanOrEqual(LEAST_PICTURES);
  });

  it('of what is served before ends when another takes over, and its requests are not told the wrong one', async () => {
    await fill(0, COUNT);
    const [service, old, next] = [create(), servicesOf('test-1'), servicesOf('test-2')];
    service.begin(old);
    service.begin(next);
    await calibrated(service, next);
    expect(service.calibrationOf(old)).toBeUndefined();
    expect(existsSync(fileOf('test-1'))).toBe(false);
  });

  it('stops with the server', async () => {
    await fill(0, COUNT);
    const [service, services] = [create(), servicesOf()];
    service.begin(services);
    await service.close();
    expect(service.calibrationOf(services)).toBeUndefined();
    expect(embedded.length).toBeLessThan(COUNT);
  });
});
