import { join } from 'node:path';
import { HoldfastError } from '../base/errors.ts';
import { writeFileAtomic } from '../base/files.ts';
import { bar, progressLine } from '../base/terminal.ts';
import type { FillReport } from './gallery/open.ts';
import { help, readOptions, type ServerOptions } from './options.ts';
import type { RunningServer } from './start.ts';

// The command: starts the server, says how to use it, and stops it in order.

/** A stop takes no longer than this; what is left is given up. */
const STOP_MILLISECONDS = 10_000;

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

function fillReport(): FillReport {
  const line = progressLine();
  return {
    progress: (what, done, total) => line.update(`${bar(done, total)}  ${what}: ${done} of ${total}`),
    note: (text) => line.finish(text),
  };
}

/** What one needs to try the server: where it is, what it serves, one line to paste. */
async function greet({ url, gallery, manifest, needsKeys }: RunningServer, options: ServerOptions): Promise<void> {
  const { count } = await gallery.status();
  say(`Holdfast serves model ${manifest.version} with ${count} records on ${url}`);
  if (needsKeys) return;
  say(`No keys are configured: whoever reaches ${options.host} can search, add and delete. "npm run keys" makes keys.`);
  const [sample] = await gallery.sample(1);
  const image = sample === undefined ? undefined : await gallery.image(sample.id);
  if (image === undefined) {
    say(`The gallery is empty. Add a picture: curl -F image=@picture.png -F label=name ${url}/images`);
    return;
  }
  const path = join(options.data, 'sample.png');
  writeFileAtomic(path, image.bytes);
  say(`Try it: curl -F image=@${path} '${url}/search?k=3'`);
}

/** The first signal stops the start or the server; the process ends when both have. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) return;
    say('stopping');
    setTimeout(() => process.exit(0), STOP_MILLISECONDS).unref();
    controller.abort(new Error('the server was told to stop'));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}

function fail(error: unknown): never {
  if (error instanceof HoldfastError && error.code !== 'INTERNAL')
    say(`error ${error.code}: ${error.message}\n${error.remedy}`);
  else say(`error INTERNAL: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exit(1);
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === undefined) {
    process.stdout.write(help);
    return;
  }
  const signal = stopSignal();
  try {
    // Loaded now and not before the options are read, so that help and wrong options are answered at once.
    const [{ startServer }, { createLog }, { openTracing }] = await Promise.all([
      import('./start.ts'),
      import('./log.ts'),
      import('./tracing/open.ts'),
    ]);
    const tracing = await openTracing(process.env);
    const server = await startServer({
      ...{ ...options, report: fillReport(), log: createLog(options.logLevel), tracing, signal },
    });
    void server.failed.then(fail);
    if (!signal.aborted) await greet(server, options);
    await aborted(signal);
    await server.stop();
  } catch (error) {
    if (error !== signal.reason) throw error;
  }
  process.exit(0);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

main().catch(fail);
