import Bull from 'bull';
import type { Redis } from 'ioredis';
import { KEPT, MOST_LOSSES } from '../outcome.ts';
import type { QueueTimes } from '../types.ts';
import { connect } from './connect.ts';
import { Postponed } from './processor.ts';
import type { BullData } from './view.ts';

export interface BullPlace {
  readonly url: string;
  /** Of all keys. */
  readonly prefix: string;
  readonly name: string;
}

/** Failures are counted by us, since a job that is handed back has not failed. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

/** A queue of Bull as we want it, and what closes it once the job at hand has ended. */
export function openBull(
  { url, prefix, name }: BullPlace,
  times: QueueTimes,
): { readonly bull: Bull.Queue<BullData>; readonly close: () => Promise<void> } {
  const clients: Redis[] = [];
  const bull = new Bull<BullData>(name, {
    prefix,
    createClient(type) {
      const client = connect(url, type !== 'client');
      clients.push(client);
      return client;
    },
    settings: {
      lockDuration: times.lease,
      lockRenewTime: times.lease / 3,
      stalledInterval: times.lease / 2,
      maxStalledCount: MOST_LOSSES,
      backoffStrategies: { holdfast: (_made, error) => (error instanceof Postponed ? error.pause : 0) },
    },
    defaultJobOptions: {
      attempts: UNLIMITED,
      backoff: { type: 'holdfast' },
      stackTraceLimit: 1,
      removeOnComplete: KEPT,
      removeOnFail: KEPT,
    },
  });
  return {
    bull,
    async close() {
      await bull.close();
      // Bull reconnects one that waits for jobs, and may leave it behind.
      for (const client of clients) client.disconnect();
    },
  };
}
