import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFolderImages } from '../../../index/shared/images/folder.ts';
import { packImage, unpackImage } from '../../../index/shared/images/pack.ts';
import { openS3Images, type S3Place } from '../../../index/shared/images/s3.ts';
import type { OpenImageStore } from '../../../index/shared/types.ts';
import { freePort } from '../../support/free-port.ts';
import { codeOf, imageOf, rejectionOf, temporaryFolders } from '../support/galleries.ts';

const folder = temporaryFolders();
const OWNER = { identity: '11111111-2222-3333-4444-555555555555', dimension: 8 };
const OTHER = { ...OWNER, identity: '99999999-2222-3333-4444-555555555555' };

/** What every store of pictures must do. */
function imageConformance(place: () => OpenImageStore): void {
  it('gives back what was put, until it is removed', async () => {
    const images = await place()(OWNER);
    const big = {
      type: 'image/png',
      look: '0123456789abcdef',
      bytes: Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7) % 256),
    };
    const empty = { type: 'größe\u0000/\u{1f600}', bytes: new Uint8Array() };
    await Promise.all([images.put(1, big), images.put(2_000_000_001, empty)]);
    const stored = await images.get(1);
    expect([stored?.type, stored?.look]).toEqual([big.type, big.look]);
    expect(Buffer.compare(stored?.bytes ?? Buffer.of(), big.bytes)).toBe(0);
    expect(await images.get(2_000_000_001)).toEqual(empty);
    expect(await images.get(3)).toBeUndefined();
    await images.put(1, big);
    await images.remove([1, 3]);
    await images.remove([1]);
    await images.remove([]);
    expect(await images.get(1)).toBeUndefined();
    expect(await images.get(2_000_000_001)).toEqual(empty);
    await images.close();
  });

  it('keeps two galleries apart', async () => {
    const open = place();
    const [a, b] = await Promise.all([open(OWNER), open(OTHER)]);
    await a.put(7, imageOf('a'));
    expect(await b.get(7)).toBeUndefined();
    await b.remove([7]);
    expect((await a.get(7))?.bytes).toHaveLength(imageOf('a').bytes.length);
  });

  it('is found again by the next start', async () => {
    const open = place();
    await (await open(OWNER)).put(8, imageOf('later'));
    expect(await (await open(OWNER)).get(8)).toMatchObject({ type: 'image/png' });
  });
}

describe('pictures in a folder', () => {
  imageConformance(() => {
    const root = folder();
    return (owner) => openFolderImages(root, owner);
  });

  it('that was damaged are refused', async () => {
    const root = folder();
    const images = await openFolderImages(root, OWNER);
    await images.put(123_456_789, imageOf('a'));
    const path = join(root, OWNER.identity, '000123', '456', '000123456789');
    const bytes = readFileSync(path);
    for (const place of [0, 4, 9, bytes.length - 1]) {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(place) ^ 16, place);
      writeFileSync(path, flipped);
      expect((await rejectionOf(images.get(123_456_789))).code).toBe('INDEX_DAMAGED');
    }
    for (let length = 0; length < bytes.length; length += 5) {
      writeFileSync(path, bytes.subarray(0, length));
      expect((await rejectionOf(images.get(123_456_789))).code).toBe('INDEX_DAMAGED');
    }
    expect(readdirSync(join(path, '..'))).toEqual(['000123456789']);
  });

  it('that cannot be used is named', async () => {
    const file = join(folder(), 'file');
    writeFileSync(file, '');
    const error = await rejectionOf(openFolderImages(file, OWNER));
    expect(error.code).toBe('STORE_UNAVAILABLE');
    expect(error.message).toContain(file);
  });
});

describe('pictures in S3', () => {
  const keys = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER', region: 'us-east-1' };
  let server: S3rver;
  let place: S3Place;
  let directory: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'holdfast-s3-'));
    server = new S3rver({
      ...{ address: '127.0.0.1', port: 0, silent: true, directory },
      configureBuckets: [{ name: 'pictures', configs: [] }],
    });
    const { port } = await server.run();
    place = { endpoint: `http://127.0.0.1:${port}`, bucket: 'pictures', prefix: 'holdfast/test', ...keys };
  });
  afterAll(async () => {
    await server.close();
    rmSync(directory, { recursive: true });
  });

  imageConformance(() => (owner) => openS3Images(place, owner));

  it('that nobody gave rights to are refused by name', async () => {
    const nobody = `http://127.0.0.1:${await freePort()}`;
    for (const wrong of [{ accessKeyId: 'nobody' }, { bucket: 'none-such' }, { endpoint: nobody }]) {
      const error = await rejectionOf(openS3Images({ ...place, ...wrong }, OWNER));
      expect([error.code, error.status]).toEqual(['STORE_UNAVAILABLE', 503]);
      expect(error.message).toContain('HEAD http://127.0.0.1');
    }
  });
});

describe('a packed picture', () => {
  it('is one that was packed, or is refused', () => {
    const image = { type: 'image/png', bytes: Uint8Array.of(1, 2, 3) };
    for (const one of [image, { ...image, look: '00ff00ff00ff00ff' }]) {
      expect(unpackImage(packImage(one), 'it')).toEqual(one);
    }
    expect(codeOf(() => unpackImage(new Uint8Array(), 'it'))).toBe('INDEX_DAMAGED');
    expect(codeOf(() => unpackImage(Uint8Array.of(0, 0, 0, 0, 255, 255, 255, 255), 'it'))).toBe('INDEX_DAMAGED');
  });
});
