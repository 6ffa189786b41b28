import type { Express } from 'express';
import type { Gallery } from '../../../index/types.ts';
import { type KeyStore, openKeyStore } from '../../../server/access/key-store.ts';
import { createRateLimits } from '../../../server/access/rates.ts';
import { type AppOptions, createApp } from '../../../server/app.ts';
import { refuseUrls } from '../../../server/fetch/fetch-picture.ts';
import { createShedLog } from '../../../server/http/shed.ts';
import type { Jobs } from '../../../server/jobs/service.ts';
import { createLifecycle, type Lifecycle } from '../../../server/lifecycle.ts';
import { createMetrics } from '../../../server/metrics/metrics.ts';
import type { ModelService } from '../../../server/model/types.ts';
import { noTracing } from '../../../server/tracing/none.ts';
import { memoryGallery } from './gallery.ts';
import { memoryJobs } from './jobs.ts';
import { type MemoryLog, memoryLog } from './log.ts';
import { fakeModel, testManifest } from './model.ts';
import { noModels } from './models.ts';
import { memorySnapshots } from './snapshots.ts';
import { suspicionWith } from './suspicion.ts';

interface TestAppOptions extends Partial<AppOptions> {
  readonly model?: ModelService;
  readonly jobs?: Jobs;
  readonly ready?: boolean;
}

export interface TestApp {
  readonly app: Express;
  readonly lifecycle: Lifecycle;
  readonly gallery: Gallery;
  readonly jobs: Jobs;
  readonly logged: MemoryLog;
  readonly keys: KeyStore;
}

/** The app on a gallery in memory and a model without a thread; ready unless told otherwise. */
export function testApp(options: TestAppOptions = {}): TestApp {
  const { model = fakeModel(), jobs = memoryJobs(), ready = true, keys = openKeyStore(':memory:') } = options;
  const lifecycle = createLifecycle(jobs);
  const gallery = memoryGallery();
  const logged = memoryLog();
  if (ready) lifecycle.open({ model, gallery, manifest: testManifest() });
  const page = new Map([
    ['/', { type: '.html', bytes: Buffer.from('<!doctype html><title>Holdfast</title>') }],
    ['/main.js', { type: '.js', bytes: Buffer.from('export {};') }],
  ]);
  const app = createApp({
    lifecycle,
    console: page,
    maxUploadBytes: 1_000_000,
    log: logged.log,
    shedLog: createShedLog(logged.log),
    metrics: createMetrics(lifecycle),
    tracing: noTracing,
    fetchPicture: refuseUrls,
    models: noModels(),
    probeCost: 800,
    snapshots: memorySnapshots(),
    suspicion: suspicionWith(undefined),
    keys,
    rates: createRateLimits(1_000_000),
    withoutKeys: false,
    origins: [],
    trustProxy: 0,
    ...options,
  });
  return { app, lifecycle, gallery, jobs, logged, keys };
}
