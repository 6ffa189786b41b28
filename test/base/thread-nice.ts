import { getPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { lowerPriority } from '../../base/threads.ts';

const seen = [getPriority()];
for (const nice of workerData as readonly number[]) {
  lowerPriority(nice);
  seen.push(getPriority());
}
parentPort?.postMessage(seen);
