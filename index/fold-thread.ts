import { parentPort, workerData } from 'node:worker_threads';
import { serializeError } from '../base/errors.ts';
import { foldGraph } from './fold.ts';
import type { FoldAnswer, FoldRequest } from './fold-remote.ts';

/* The fold thread: makes one generation, answers and ends. */

const { job, stop }: FoldRequest = workerData;
const stopped = new Int32Array(stop);

function answer(): FoldAnswer {
  try {
    return { folded: foldGraph(job, () => Atomics.load(stopped, 0) === 1) };
  } catch (error) {
    return { error: serializeError(error) };
  }
}

parentPort?.postMessage(answer());
