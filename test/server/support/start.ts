import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Source } from '../../../server/gallery/ingest.ts';
import { type RunningServer, type StartOptions, startServer } from '../../../server/start.ts';
import { memoryLog } from './log.ts';
import { writeTestModel } from './model.ts';
import { png } from './pictures.ts';

export interface TestFolder {
  readonly data: string;
  remove(): void;
}

/** A data folder with the model versions that are named, random weights in each. */
export function testFolder(...versions: readonly string[]): TestFolder {
  const data = mkdtempSync(join(tmpdir(), 'holdfast-server-'));
  for (const version of versions) writeTestModel(join(data, 'models'), version);
  return { data, remove: () => rmSync(data, { recursive: true }) };
}

/** Drawings for a first start. */
export function drawings(count: number): Source[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `demo:${i}`,
    label: `drawing ${i}`,
    metadata: null,
    image: async () => ({ type: 'image/png', bytes: await png(i) }),
  }));
}

/** Starts a whole server on a free port, with a small gallery. It compiles what it is asked for: most tests ask for no gradient. */
export function startTestServer(data: string, options: Partial<StartOptions> = {}): Promise<RunningServer> {
  return startServer({
    host: '127.0.0.1',
    port: 0,
    data,
    maxUploadBytes: 1_000_000,
    model: 'test-1',
    rebuildIndex: false,
    stores: undefined,
    device: 'cpu',
    threads: undefined,
    imports: join(data, 'imports'),
    worker: true,
    auditCost: 1_000,
    probeCost: 1_000,
    shippedModels: join(data, 'shipped'),
    firstSources: async () => drawings(20),
    report: { progress: () => {}, note: () => {} },
    signal: new AbortController().signal,
    withoutKeys: false,
    rateLimit: 30_000,
    redisUrl: undefined,
    origins: [],
    trustProxy: 0,
    fetchUrls: false,
    logLevel: 'silent',
    log: memoryLog('silent').log,
    compileAhead: false,
    ...options,
  });
}

/** A form with a picture and fields, for fetch. */
export function form(picture: Uint8Array, fields: Readonly<Record<string, string>> = {}): FormData {
  const data = new FormData();
  data.set('image', new Blob([Uint8Array.from(picture)]), 'a.png');
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return data;
}
