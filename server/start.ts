import { createServer } from 'node:http';
import { openDataFolder } from '../base/data-folder.ts';
import { protectDecoder } from '../embedding/decode.ts';
import { chooseModel, type ModelPlaces } from '../embedding/folders.ts';
import type { ModelVersion } from '../embedding/types.ts';
import { openAccess } from './access/open.ts';
import { withWorkerKey } from './access/worker-key.ts';
import { createApp } from './app.ts';
import { loadConsole } from './console.ts';
import { createFetch, refuseUrls } from './fetch/fetch-picture.ts';
import type { demoSources } from './gallery/demo.ts';
import { embeddedGalleries } from './gallery/embedded.ts';
import { type FillReport, openVersionGallery } from './gallery/open.ts';
import { sharedGalleries } from './gallery/shared.ts';
import type { Galleries } from './gallery/types.ts';
import { createShedLog } from './http/shed.ts';
import { openJobs } from './jobs/service.ts';
import { createLifecycle, type Services } from './lifecycle.ts';
import { listen, stopListening } from './listen.ts';
import type { Log } from './log.ts';
import { createMetrics } from './metrics/metrics.ts';
import { checkModel } from './model/check.ts';
import { startModel } from './model/service.ts';
import { openModels } from './models/service.ts';
import { previousOf } from './models/serving-file.ts';
import type { ServerOptions } from './options.ts';
import { noSnapshots } from './snapshots/none.ts';
import { openSnapshots } from './snapshots/service.ts';
import { createSuspicion } from './suspicion/service.ts';
import { noTracing } from './tracing/none.ts';
import type { Tracing } from './tracing/types.ts';

export interface StartOptions extends ServerOptions, ModelPlaces {
  readonly firstSources?: typeof demoSources;
  readonly report: FillReport;
  /** Stops a start that has not got to its end: `startServer` throws the signal's reason. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Ended with the server. */
  readonly tracing?: Tracing;
  /** Compiles the programs of the gradients before the first is asked for; true by default. */
  readonly compileAhead?: boolean;
}

/** A server that answers searches, with the services that it began with. */
export interface RunningServer extends Services {
  readonly url: string;
  /** Resolves with the cause when a thread of what is served ends by itself. */
  readonly failed: Promise<Error>;
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
 * @throws HoldfastError DATA_FOLDER_UNUSABLE, KEYS_NEEDED, KEYS_UNUSABLE, PORT_UNAVAILABLE, MODEL_UNKNOWN, MODEL_DAMAGED, DEVICE_UNAVAILABLE, and those of gallery
 * and queue
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  protectDecoder();
  const { log, tracing = noTracing, compileAhead = true } = options;
  openDataFolder(options.data);
  const access = openAccess(options);
  const galleries = await openGalleries(options).catch((error: unknown) => {
    access.close();
    throw error;
  });
  const { promoted } = galleries;
  const { keys, text: key } = withWorkerKey(access.keys);
  const jobs = await openJobs({ ...options, key }, (line) => log.info(line)).catch((error: unknown) => {
    access.close();
    return galleries.close().then(() => {
      throw error;
    });
  });
  const lifecycle = createLifecycle(jobs);
  const metrics = createMetrics(lifecycle, { process: true });
  const fetchPicture = options.fetchUrls ? createFetch({ maxBytes: options.maxUploadBytes }) : refuseUrls;
  const served = watchFailures();
  const suspicion = createSuspicion(options);
  const onServed = (services: Services): void => {
    served.watch(services);
    suspicion.begin(services);
  };
  const models = openModels({
    ...{ ...options, lifecycle, galleries, onServed, compileAhead },
    previous: previousOf(promoted, options.model),
  });
  const snapshots = options.stores === undefined ? openSnapshots(options.data) : noSnapshots;
  const page = await loadConsole();
  const shedLog = createShedLog(log);
  const tools = { lifecycle, metrics, tracing, fetchPicture, models, snapshots, suspicion };
  const app = createApp({ ...options, ...access, ...tools, shedLog, keys, console: page });
  const server = createServer(app);
  try {
    const url = await listen(server, options.host, options.port);
    const services = await openServices(chooseModel(options.model, promoted, options), galleries, options);
    onServed(services);
    lifecycle.open(services);
    models.follow();
    await jobs.begin(url);
    if (compileAhead) {
      void services.model.warmUp().then((notes) => {
        for (const note of notes) log.info(note);
      });
    }
    let stopped: Promise<void> | undefined;
    const stop = async (): Promise<void> => {
      lifecycle.stop();
      const idle = [jobs.stopWorking(), models.close(), snapshots.close(), suspicion.close()];
      await stopListening(server, PATIENCE_MILLISECONDS);
      shedLog.flush();
      await Promise.all(idle);
      const { model, gallery } = lifecycle.services();
      await Promise.all([model.close(), gallery.close(), jobs.close()]);
      await galleries.close();
      access.close();
      await tracing.close();
    };
    return {
      ...services,
      url,
      failed: served.failed,
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
    await galleries.close();
    access.close();
    throw error;
  }
}

/** @throws HoldfastError MODEL_DAMAGED, STORE_UNAVAILABLE, STORE_UNSUITABLE, OPTION_INVALID */
async function openGalleries({ data, stores }: StartOptions): Promise<Galleries> {
  return stores === undefined ? embeddedGalleries(data) : sharedGalleries(stores);
}

async function openServices(
  { directory, manifest }: ModelVersion,
  galleries: Galleries,
  options: StartOptions,
): Promise<Services> {
  const { device, threads } = options;
  const model = await startModel(directory, { device, threads, files: manifest.files });
  try {
    await checkModel(model, manifest);
    const { data, rebuildIndex: rebuild, report, signal, firstSources } = options;
    const turn = await galleries.serve(manifest.version);
    const gallery = await openVersionGallery({
      ...{ galleries, data, manifest, model, rebuild, turn, report, signal, firstSources },
    });
    return { model, manifest, gallery };
  } catch (error) {
    await model.close();
    throw error;
  }
}

/** One promise for the failures of all services that are ever served. */
function watchFailures(): { readonly failed: Promise<Error>; readonly watch: (services: Services) => void } {
  let fail: (error: Error) => void = () => {};
  const failed = new Promise<Error>((resolve) => {
    fail = resolve;
  });
  return { failed, watch: ({ model, gallery }) => void Promise.race([model.failed, gallery.failed]).then(fail) };
}
