import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';
import type { Answer } from './load.ts';
import type { Shape } from './requests.ts';

export interface FireOptions {
  readonly seconds: number;
  readonly connections: number;
  /** Requests a second of all connections; as many as are answered when left out. */
  readonly rate?: number;
  /** Leaves out the first answer of each connection, which waits until that is accepted: one at each turn of a busy event loop. */
  readonly connected?: boolean;
  /** Ends it before its time. */
  readonly signal?: AbortSignal;
}

/** Seconds after which an answer is given up. */
const TIMEOUT = 30;

/** Parts of a second over which a flood is spread. */
const WAVES = 20;

/** The same at a steady rate: what falls to a second of `fire` is sent at its beginning. */
export async function flood(
  url: string,
  shapes: readonly Shape[],
  options: FireOptions & { readonly rate: number },
): Promise<Answer[]> {
  const part = { ...options, rate: options.rate / WAVES, connections: options.connections / WAVES };
  const waves = Array.from({ length: WAVES }, async (_, i) => {
    await sleep((1000 * i) / WAVES);
    return fire(url, shapes, part);
  });
  return (await Promise.all(waves)).flat();
}

/** Sends requests, each connection one after the other, and gives every answer back. */
export async function fire(url: string, shapes: readonly Shape[], options: FireOptions): Promise<Answer[]> {
  const { seconds, connections, rate, connected = false, signal } = options;
  const known = new WeakSet<object>();
  const answers: Answer[] = [];
  const requests = shapes.map(({ method, path, headers, body }) => ({
    ...{ method, path, headers: { ...headers } },
    ...(body === undefined ? {} : { body }),
  }));
  const pace = rate === undefined ? {} : { overallRate: rate, ignoreCoordinatedOmission: true };
  await new Promise<void>((resolve, reject) => {
    const instance = autocannon(
      { url, requests, connections, duration: seconds, timeout: TIMEOUT, ...pace },
      (error) => {
        if (error) reject(error);
        else resolve();
      },
    );
    instance.on('response', (client, status, _bytes, milliseconds) => {
      if (!connected || known.has(client)) answers.push({ status, milliseconds });
      known.add(client);
    });
    instance.on('reqError', () => answers.push({ status: 0, milliseconds: Number.NaN }));
    signal?.addEventListener('abort', () => instance.stop(), { once: true });
  });
  return answers;
}
