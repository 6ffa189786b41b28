import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HoldfastError } from '../base/errors.ts';
import { protectDecoder } from '../embedding/decode.ts';
import type { ModelVersion } from '../embedding/types.ts';
import { findModelVersion, listModelVersions } from '../embedding/version.ts';
import { openAccess } from './access/open.ts';
import { withWorkerKey } from './access/worker-key.ts';
import { createApp } from './app.ts';
import { loadConsole } from './console.ts';
import { createFetch, refuseUrls } from './fetch/fetch-picture.ts';
import type { demoSources } from './gallery/demo.ts';
import { type FillReport, openVersionGallery } from './gallery/open.ts';
import { openJobs } from './jobs/service.ts';
import { createLifecycle, type Services } from './lifecycle.ts';
import { listen, stopListening } from './listen.ts';
import type { Log } from './log.ts';
import { createMetrics } from './metrics/metrics.ts';
import { checkModel } from './model/check.ts';
import { startModelThread } from './model/service.ts';
import type { ServerOptions } from './options.ts';

export interface StartOptions extends ServerOptions {
  /** The folder of the shipped models; the repository's by default. */
  readonly shippedModels?: string;
  readonly firstSources?: typeof demoSources;
  readonly report: FillReport;
  /** Stops a start that has not got to its end: `startServer` throws the signal's reason. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** A server that answers searches. */
export interface RunningServer extends Services {
  readonly url: string;
  /** Whether callers need a key. */
  readonly needsKeys: boolean;
  /** Finishes what is in flight, saves and ends the threads. Calling it again waits for the same end. */
  stop(): Promise<void>;
}

/** What is left of the ten seconds of a stop for requests in flight. */
const PATIENCE_MILLISECONDS = 7_000;

/**
 * Listens at once, so that a taken port is known and `/healthz` answers; then opens model and gallery.
 * Resolves when searches are answered.
 * @throws HoldfastError KEYS_NEEDED, KEYS_UNUSABLE, PORT_UNAVAILABLE, MODEL_UNKNOWN, MODEL_DAMAGED, DEVICE_UNAVAILABLE, and those of gallery
 * and queue
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  protectDecoder();
  const { log } = options;
  const access = openAccess(options);
  const { keys, text: key } = withWorkerKey(access.keys);
  const jobs = await openJobs({ ...options, key }, (line) => log.info(line)).catch((error: unknown) => {
    access.close();
    throw error;
  });
  const lifecycle = createLifecycle(jobs);
  const metrics = createMetrics(lifecycle, { process: true });
  const fetchPicture = options.fetchUrls ? createFetch({ maxBytes: options.maxUploadBytes }) : refuseUrls;
  const page = await loadConsole();
  const app = createApp({ ...options, ...access, keys, fetchPicture, lifecycle, console: page, metrics });
  const server = createServer(app);
  try {
    const url = await listen(server, options.host, options.port);
    const services = await openServices(options);
    lifecycle.open(services);
    await jobs.begin(url);
    void services.model.warmUp().then((notes) => {
      for (const note of notes) log.info(note);
    });
    let stopped: Promise<void> | undefined;
    const stop = async (): Promise<void> => {
      lifecycle.stop();
      const idle = jobs.stopWorking();
      await stopListening(server, PATIENCE_MILLISECONDS);
      await Promise.all([services.model.close(), services.gallery.close(), idle.then(() => jobs.close())]);
      access.close();
    };
    return {
      ...services,
      url,
      needsKeys: access.keys.configured(),
      stop() {
        stopped ??= stop();
        return stopped;
      },
    };
  } catch (error) {
    await stopListening(server, 0);
    await jobs.stopWorking();
    await jobs.close();
    access.close();
    throw error;
  }
}

async function openServices(options: StartOptions): Promise<Services> {
  const { directory, manifest } = chooseModel(options);
  const { device, threads } = options;
  const model = await startModelThread(directory, { device, threads });
  try {
    await checkModel(model, manifest);
    const { data, rebuildIndex: rebuild, report, signal, firstSources } = options;
    const gallery = await openVersionGallery({ data, manifest, model, rebuild, report, signal, firstSources });
    return { model, manifest, gallery };
  } catch (error) {
    await model.close();
    throw error;
  }
}

/** The version that was named, else the shipped one: the last by its name where there are several. */
function chooseModel({ model, data, shippedModels = shippedFolder() }: StartOptions): ModelVersion {
  const shipped = listModelVersions([shippedModels]).at(-1);
  const name = model ?? shipped;
  const folders = [shippedModels, join(data, 'models')];
  if (name !== undefined) return findModelVersion(name, folders);
  const there = listModelVersions(folders).join(', ') || 'none';
  throw new HoldfastError('MODEL_UNKNOWN', `no model is shipped in ${shippedModels}; name one of: ${there}`);
}

/** `models/` beside the sources; a build has it one folder further up. */
function shippedFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  return here.endsWith(join('dist', 'server')) ? join(here, '..', '..', 'models') : join(here, '..', 'models');
}
