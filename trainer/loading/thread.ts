import { parentPort, workerData } from 'node:worker_threads';
import sharp from 'sharp';
import { serializeError } from '../../base/errors.ts';
import { prepareRows } from './prepare.ts';
import type { Reply, Request, Setting, Work } from './types.ts';

/* A thread of a loader: prepares one batch after the other and ends, when it is asked to, between two of them. */

const setting = workerData as Setting;
let last: Promise<void> = Promise.resolve();
let closing = false;

// Pictures are decoded side by side: a thread for each is enough.
sharp.concurrency(1);

async function answer(number: number, work: Work): Promise<void> {
  if (closing) return;
  try {
    const data = await prepareRows(setting, work);
    parentPort?.postMessage({ number, data } satisfies Reply, [data.buffer as ArrayBuffer]);
  } catch (error) {
    parentPort?.postMessage({ number, error: serializeError(error) } satisfies Reply);
  }
}

parentPort?.on('message', (request: Request) => {
  if (request.kind === 'close') closing = true;
  last = last.then(() => {
    if (request.kind === 'close') parentPort?.close();
    else return answer(request.number, request.work);
  });
});
