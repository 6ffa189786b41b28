import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readReport } from '../../../audit/report-file.ts';
import { lenet } from '../../../embedding/backbones/lenet.ts';
import { auditFolder } from '../../../server/jobs/kinds/audit/folder.ts';
import { type JobRun, jobKinds } from '../../../server/jobs/kinds/index.ts';
import type { JobProgress } from '../../../server/jobs/types.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { testManifest, writeTestModel } from '../support/model.ts';
import { png } from '../support/pictures.ts';

/** Least of everything: what takes long is to compile. */
const LEAST = { images: 12, queries: 4, sample: 2, steps: 2, blackBox: 4, epsilon: 16 };
const ID = 'b1b7c9f0-0000-4000-8000-000000000001';

describe('an audit that is a job', () => {
  let data: string;
  let app: TestApp;
  let server: Server;
  let reports: JobProgress[];

  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'holdfast-audit-job-'));
    const grey = { size: 28, fit: 'contain', kernel: 'linear', channels: 1 } as const;
    writeTestModel(join(data, 'models'), 'test-1', lenet, grey);
    app = testApp();
    const vector = Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0);
    for (let i = 0; i < 20; i++) {
      const image = { type: 'image/png', bytes: await png(i) };
      await app.gallery.add([{ id: `r${i}`, label: i === 19 ? null : `class ${i % 5}`, vector, image }]);
    }
    server = createServer(app.app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
    rmSync(data, { recursive: true });
  });

  const runOf = (options: Partial<JobRun> = {}): JobRun => {
    reports = [];
    return {
      ...{ id: ID, data, imports: data, key: undefined, createdAt: '2026-11-28T10:00:00.000Z', earlierStarts: 0 },
      server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      report: async (progress) => void reports.push(progress),
      signal: new AbortController().signal,
      ...options,
    };
  };
  const folder = (): string => auditFolder(data, ID) ?? '';

  it('judges the served model on labelled records of the gallery, and leaves a report and the gallery as it was', async () => {
    const before = await app.gallery.list({ limit: 100 });
    const result = await jobKinds.audit.run(LEAST, runOf());
    const report = readReport(join(folder(), 'audit.json'));
    expect(report).toMatchObject({
      model: { version: 'test-1' },
      data: { name: 'gallery', split: 'gallery', images: 12 },
      setting: { profile: 'quick', protocol: 'exact', seed: 1 },
    });
    expect(report.setting.budget).toMatchObject({ epsilon: 16 / 255, steps: 2 });
    expect(report.queries).toHaveLength(4);
    expect(result).toMatchObject({ model: 'test-1', images: 12, queries: 4, ers: { value: report.ers.value } });
    expect(report.verdicts.find(({ id }) => id === 'undefended-twin-falls')).toMatchObject({ state: 'unchecked' });
    const page = readFileSync(join(folder(), 'report.html'), 'utf8');
    expect(page).toContain('a sample of the served gallery');
    expect(page).toContain('http://127.0.0.1:8080/audits');
    expect(page).not.toContain('href="docs');
    expect(reports.map(({ share }) => share)).toEqual(reports.map(({ share }) => share).sort((a, b) => a - b));
    expect(reports.at(-1)?.share).toBeLessThanOrEqual(1);
    expect(await app.gallery.list({ limit: 100 })).toEqual(before);
  }, 240_000);

  it('begun again, takes what is there: the sample is not fetched, nor anything computed', async () => {
    const kept = readFileSync(join(folder(), 'state.jsonl'), 'utf8');
    const run = runOf({ earlierStarts: 1, server: 'http://127.0.0.1:1' });
    expect(await jobKinds.audit.run(LEAST, run)).toMatchObject({ images: 12 });
    expect(readFileSync(join(folder(), 'state.jsonl'), 'utf8')).toBe(kept);
  }, 240_000);

  it('stops after the piece that it computes when it is let go', async () => {
    const end = new AbortController();
    const reason = new Error('cancelled');
    const report = async ({ note }: JobProgress): Promise<void> => {
      if (!note.startsWith('fetching')) end.abort(reason);
    };
    const slow = { ...LEAST, steps: 20, restarts: 2, queries: 12 };
    const run = runOf({ id: 'other', report, signal: end.signal });
    await expect(jobKinds.audit.run(slow, run)).rejects.toBe(reason);
    expect(existsSync(join(auditFolder(data, 'other') ?? '', 'audit.json'))).toBe(false);
  }, 240_000);

  it('says that a gallery without labels cannot be judged', async () => {
    const { app: empty } = testApp();
    const bare = createServer(empty);
    await new Promise<void>((resolve) => bare.listen(0, '127.0.0.1', resolve));
    const { port } = bare.address() as AddressInfo;
    const run = runOf({ id: 'bare', server: `http://127.0.0.1:${port}` });
    await expect(jobKinds.audit.run(LEAST, run)).rejects.toMatchObject({ code: 'AUDIT_IMPOSSIBLE' });
    bare.closeAllConnections();
    bare.close();
  });

  it('is refused beyond its cost and for a version that is not there', async () => {
    const check = (input: object) => jobKinds.audit.check(input, { data, auditCost: 1_000 });
    await expect(check({ steps: 10, queries: 101 })).rejects.toMatchObject({
      code: 'COST_EXCEEDED',
      message: expect.stringMatching(/are 1010; an audit may take 1000/),
    });
    await expect(check({ steps: 10, queries: 100 })).resolves.toBeUndefined();
    await expect(check({ ...LEAST, model: 'none-1' })).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
    expect(testManifest().version).toBe('test-1');
    await expect(check({ ...LEAST, model: 'test-1' })).resolves.toBeUndefined();
  });
});

describe('the folder of an audit', () => {
  it('lies in the data folder, for an id of either queue', () => {
    expect(auditFolder('/data', ID)).toBe(`/data/audits/job-${ID}`);
    expect(auditFolder('/data', 'repeat:a1:17')).toBe('/data/audits/job-repeat_a1_17');
  });

  it.each(['', '..', '../x', 'a/b', 'a\\b', 'a\0', '.hidden', 'x'.repeat(200)])('is none for %j', (id) => {
    expect(auditFolder('/data', id)).toBeUndefined();
  });
});
