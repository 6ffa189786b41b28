import autocannon from 'autocannon';
import type { Answer } from './load.ts';
import type { Shape } from './requests.ts';

export interface FireOptions {
  readonly seconds: number;
  readonly connections: number;
  /** Requests a second of all connections; as many as are answered when left out. */
  readonly rate?: number;
  /** Ends it before its time. */
  readonly signal?: AbortSignal;
}

/** Seconds after which an answer is given up. */
const TIMEOUT = 30;

/** Sends requests, each connection one after the other, and gives every answer back. */
export async function fire(url: string, shapes: readonly Shape[], options: FireOptions): Promise<Answer[]> {
  const { seconds, connections, rate, signal } = options;
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
    instance.on('response', (_client, status, _bytes, milliseconds) => answers.push({ status, milliseconds }));
    instance.on('reqError', () => answers.push({ status: 0, milliseconds: Number.NaN }));
    signal?.addEventListener('abort', () => instance.stop(), { once: true });
  });
  return answers;
}
