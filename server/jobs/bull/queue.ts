import type Bull from 'bull';
import { KEPT } from '../outcome.ts';
import { DEFAULT_TIMES, type Job, type JobQueue, type QueueTimes } from '../types.ts';
import { createCancellations } from './cancellations.ts';
import { checkRedis, connect, onRedis } from './connect.ts';
import { openBull } from './open.ts';
import { createProcessor } from './processor.ts';
import { createSchedules } from './schedules.ts';
import { isToCome, newData, toJob } from './view.ts';

/** The braces keep all keys in one slot of a Redis Cluster. */
const PREFIX = '{holdfast}';
const NAME = 'jobs';
const LISTS = ['waiting', 'active', 'delayed', 'completed', 'failed', 'paused'] as const;

/**
 * The shared queue: Bull on Redis, for any number of servers and workers.
 * @throws HoldfastError QUEUE_UNAVAILABLE; QUEUE_UNSAFE for a Redis that may forget jobs
 */
export async function openBullQueue(
  url: string,
  times: QueueTimes = DEFAULT_TIMES,
  prefix = PREFIX,
): Promise<JobQueue> {
  const redis = connect(url);
  try {
    await checkRedis(redis);
  } catch (error) {
    redis.disconnect();
    throw error;
  }
  const place = { url, prefix, name: NAME };
  const { bull: queue, close } = openBull(place, times);
  const cancellations = createCancellations(redis, `${prefix}:${NAME}`);

  const schedules = createSchedules(redis, queue, `${prefix}:${NAME}:schedules`);

  const get = async (id: string): Promise<Job | undefined> => {
    const bull = await queue.getJob(id);
    if (bull === null) return undefined;
    const [state, cancelled] = await Promise.all([bull.getState(), cancellations.has(id)]);
    // Read after its state: a job that has ended shall be seen with how.
    return toJob((await queue.getJob(id)) ?? bull, state, cancelled);
  };

  return {
    enqueue: (job) =>
      onRedis(async () => {
        const bull = await queue.add(newData(job));
        return toJob(bull, 'waiting', false);
      }),
    get: (id) => onRedis(() => get(id)),
    list: ({ state, kind, limit }) =>
      onRedis(async () => {
        const lists = await Promise.all(
          LISTS.map(async (list) => (await queue.getJobs([list], 0, KEPT)).map((bull) => ({ bull, list }))),
        );
        // Between two requests a job may be removed (it is null then), or go on to a later list.
        const there = lists.flat().filter(({ bull, list }) => bull !== null && !isToCome(bull, list));
        const all = [...new Map(there.map((entry) => [entry.bull.id, entry])).values()];
        const cancelled = await cancellations.among(all.map(({ bull }) => String(bull.id)));
        return all
          .map(({ bull, list }) => toJob(bull, list, cancelled.has(String(bull.id))))
          .filter((job) => (state ?? job.state) === job.state && (kind ?? job.kind) === job.kind)
          .sort(newestFirst)
          .slice(0, limit);
      }),
    cancel: (id) =>
      onRedis(async () => {
        const job = await get(id);
        if (job?.state !== 'waiting' && job?.state !== 'running') return job;
        await cancellations.add(id);
        return get(id);
      }),
    schedule: (schedule) => onRedis(() => schedules.add(schedule)),
    schedules: () => onRedis(() => schedules.list()),
    unschedule: (id) => onRedis(() => schedules.remove(id)),
    async work(handler, ending) {
      const worker = openBull(place, times);
      const reread = (id: Bull.JobId) => worker.bull.getJob(id);
      const ended = new Promise<void>((resolve) => {
        if (ending.aborted) resolve();
        ending.addEventListener('abort', () => resolve(), { once: true });
      });
      const processing = worker.bull.process(1, createProcessor({ handler, cancellations, times, ending, reread }));
      await Promise.race([ended, processing]);
      // Waits for the job at hand.
      await worker.close();
    },
    async close() {
      await close();
      redis.disconnect();
    },
  };
}

/** Bull's own ids are numbers in the order of arrival. */
function newestFirst(a: Job, b: Job): number {
  return b.createdAt.localeCompare(a.createdAt) || Number(b.id) - Number(a.id) || 0;
}
