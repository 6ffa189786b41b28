import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '../../base/errors.ts';

export interface Started {
  readonly url: string;
  readonly child: ChildProcess;
  readonly pid: number;
  /** Milliseconds until searches were answered. */
  readonly readyAfter: number;
}

/** Starts the server as its own process on a free port and waits until it says where it is. @param built that of `npm run build` */
export async function startServer(data: string, version: string, built = false): Promise<Started> {
  const started = performance.now();
  const program = built ? ['dist/server/main.js'] : ['--import', 'tsx', 'server/main.ts'];
  const child = spawn(process.execPath, [...program, '--model', version], {
    env: { ...process.env, HOLDFAST_DATA: data, PORT: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // A bench that is stopped takes its server with it.
  process.once('exit', () => child.kill('SIGTERM'));
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const found = /records on (http:\S+)/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new HoldfastError('NOT_READY', `the server ended: ${output}`)));
  });
  return { url, child, pid: child.pid ?? 0, readyAfter: performance.now() - started };
}

const POLL_MILLISECONDS = 200;

/** Fills the gallery of a version, and waits until it was measured for suspicion: later starts have nothing to do beside. */
export async function prepareGallery(data: string, version: string): Promise<void> {
  const server = await startServer(data, version);
  await untilMeasured(server, data, version);
  await stopServer(server);
}

/** Waits until the gallery that is served was measured for suspicion. @throws HoldfastError NOT_READY when the server ends */
export async function untilMeasured({ child }: Started, data: string, version: string): Promise<void> {
  while (!existsSync(join(data, 'gallery', version, 'suspicion.json'))) {
    if (child.exitCode !== null) throw new HoldfastError('NOT_READY', `the server ended with ${child.exitCode}`);
    await sleep(POLL_MILLISECONDS);
  }
}

/** Stops a server and waits until it has ended, if it has not before. */
export async function stopServer({ child }: Started): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
