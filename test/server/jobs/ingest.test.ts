import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HoldfastError } from '../../../base/errors.ts';
import type { JobRun } from '../../../server/jobs/kinds/index.ts';
import { jobKinds } from '../../../server/jobs/kinds/index.ts';
import type { JobProgress } from '../../../server/jobs/types.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { fakeModel } from '../support/model.ts';
import { jpeg, png } from '../support/pictures.ts';

describe('a job that ingests', () => {
  let folder: string;
  let imports: string;
  let app: TestApp;
  let server: Server;
  let run: JobRun;
  let reports: JobProgress[];
  let end: AbortController;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-ingest-'));
    imports = join(folder, 'imports');
    mkdirSync(join(imports, 'shop', 'shoes'), { recursive: true });
    writeFileSync(join(imports, 'shop', 'a.png'), await png('a'));
    writeFileSync(join(imports, 'shop', 'shoes', 'b c.jpg'), await jpeg('b'));
    writeFileSync(join(imports, 'shop', 'shoes', 'd.png'), await png('d'));
    writeFileSync(join(imports, 'shop', 'notes.txt'), 'no picture');
    await serve(testApp());
    reports = [];
    end = new AbortController();
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });

  async function serve(started: TestApp): Promise<void> {
    app = started;
    server = createServer(app.app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const report = async (progress: JobProgress) => void reports.push(structuredClone(progress));
    const place = { data: folder, imports, server: url, key: undefined };
    run = {
      ...place,
      id: '1',
      createdAt: '2026-11-28T10:00:00.000Z',
      earlierStarts: 0,
      report,
      signal: new AbortController().signal,
    };
  }
  const ingest = (input: object) => jobKinds.ingest.run(input, { ...run, signal: end.signal });
  const idsThere = async () => (await app.gallery.sample(100)).map(({ id }) => id).sort();

  it('adds the pictures of a folder with ids, labels and metadata from their paths', async () => {
    expect(await ingest({ folder: 'shop' })).toEqual({ added: 3, present: 0, refused: 0, refusals: [] });
    expect(await idsThere()).toEqual(['a.png', expect.stringMatching(/^file:[0-9a-f]{32}$/), 'shoes:d.png']);
    expect(await app.gallery.get('shoes:d.png')).toMatchObject({ label: 'shoes', metadata: { file: 'shoes/d.png' } });
    expect(await app.gallery.get('a.png')).toMatchObject({ label: null });
    expect(reports.at(-1)).toEqual({
      share: 1,
      note: '3 of 3 pictures',
      figures: { added: 3, present: 0, refused: 0 },
    });
  });

  it('leaves alone what is there already', async () => {
    await ingest({ folder: 'shop' });
    const before = await idsThere();
    expect(await ingest({ folder: 'shop' })).toMatchObject({ added: 0, present: 3 });
    expect(await idsThere()).toEqual(before);
  });

  it('adds the pictures of a list', async () => {
    const lines = [
      { file: 'shoes/d.png', id: 'shoe-1', label: 'shoe', metadata: { price: 12 } },
      { file: 'a.png', label: null },
    ];
    writeFileSync(join(imports, 'shop', 'list.jsonl'), lines.map((line) => JSON.stringify(line)).join('\n'));
    expect(await ingest({ manifest: 'shop/list.jsonl' })).toMatchObject({ added: 2 });
    expect(await app.gallery.get('shoe-1')).toMatchObject({ label: 'shoe', metadata: { price: 12 } });
    expect(await app.gallery.get('a.png')).toMatchObject({ label: null, metadata: { file: 'a.png' } });
  });

  it('names the line of a list that is none', async () => {
    writeFileSync(join(imports, 'list.jsonl'), '{"file":"shop/a.png"}\n{"path":"shop/a.png"}\n');
    await expect(ingest({ manifest: 'list.jsonl' })).rejects.toMatchObject({
      ...{ code: 'DATA_DAMAGED', message: expect.stringContaining('list.jsonl, line 2') },
    });
  });

  it('goes on after a picture that is refused, and tells of it', async () => {
    writeFileSync(join(imports, 'shop', 'a.png'), 'no picture');
    expect(await ingest({ folder: 'shop' })).toMatchObject({
      ...{ added: 2, refused: 1, refusals: [{ file: 'a.png', code: 'IMAGE_TYPE_UNSUPPORTED' }] },
    });
  });

  it.each([['../secret'], ['/etc'], ['shop/../../secret'], ['link'], ['nowhere']])(
    'reads nothing outside of the imports: %s',
    async (path) => {
      mkdirSync(join(folder, 'secret'));
      symlinkSync(join(folder, 'secret'), join(imports, 'link'));
      await expect(ingest({ folder: path })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    },
  );

  it('reads no picture outside of them that a link or a list leads to', async () => {
    writeFileSync(join(folder, 'secret.png'), await png('secret'));
    symlinkSync(join(folder, 'secret.png'), join(imports, 'shop', 'link.png'));
    writeFileSync(join(imports, 'list.jsonl'), '{"file":"../secret.png"}');
    expect(await ingest({ folder: 'shop' })).toMatchObject({ added: 3, refused: 1 });
    expect(await ingest({ manifest: 'list.jsonl' })).toMatchObject({ added: 0, refused: 1 });
  });

  it('says that there is no folder of imports', async () => {
    rmSync(imports, { recursive: true });
    await expect(ingest({ folder: 'shop' })).rejects.toMatchObject({ code: 'DATA_MISSING' });
  });

  it('asks a busy server again', async () => {
    let refusals = 0;
    const embed = fakeModel().embed;
    const busy = fakeModel({
      embed: async (pixels) => {
        refusals += 1;
        if (refusals === 1) throw new HoldfastError('OVERLOADED', 'too much');
        return embed(pixels);
      },
    });
    server.close();
    await serve(testApp({ model: busy }));
    expect(await ingest({ folder: 'shop' })).toMatchObject({ added: 3 });
  });

  it('stops soon when it is let go', async () => {
    const stopped = new Error('stop');
    run = {
      ...run,
      report: async () => end.abort(stopped),
    };
    await expect(ingest({ folder: 'shop' })).rejects.toBe(stopped);
    expect((await idsThere()).length).toBe(1);
  });

  it('fails in a way that is tried again when the server is gone', async () => {
    run = { ...run, server: 'http://127.0.0.1:1' };
    await expect(ingest({ folder: 'shop' })).rejects.toThrow(TypeError);
  });
});
