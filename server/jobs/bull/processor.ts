import type Bull from 'bull';
import { type LettingGo, lettingGo } from '../letting-go.ts';
import { outcomeOf } from '../outcome.ts';
import { type JobHandler, LetGo, type QueueTimes } from '../types.ts';
import type { Cancellations } from './cancellations.ts';
import { type BullData, toJob } from './view.ts';

/** Thrown at Bull for a job that shall be tried again, after `pause` milliseconds; 0 is at once. */
export class Postponed extends Error {
  readonly pause: number;

  constructor(message: string, pause: number) {
    super(message);
    this.name = 'Postponed';
    this.pause = pause;
  }
}

export interface ProcessorSetting {
  readonly handler: JobHandler;
  readonly cancellations: Cancellations;
  readonly times: QueueTimes;
  /** The end of the worker. */
  readonly ending: AbortSignal;
  /** The job as it is now, for who wants to know whether it is still held. */
  readonly reread: (id: Bull.JobId) => Promise<Bull.Job<BullData> | null>;
}

/** What Bull calls with each job that it has taken. Bull itself renews the lock meanwhile. */
export function createProcessor(setting: ProcessorSetting): (bull: Bull.Job<BullData>) => Promise<unknown> {
  const { handler, cancellations, times, ending } = setting;
  return async (bull) => {
    const id = String(bull.id);
    if (await cancellations.has(id)) return stop(bull);
    await bull.update({ ...bull.data, starts: bull.data.starts + 1 });
    const letting = lettingGo(ending);
    const { signal } = letting;
    const watch = setInterval(() => void look(bull, letting, setting), times.poll);
    try {
      const job = toJob(bull, 'active', false);
      const result = await handler({ job, signal, report: (progress) => bull.progress(progress) });
      return result ?? null;
    } catch (cause) {
      return await settle(bull, signal.aborted && signal.reason instanceof LetGo ? signal.reason : cause, times);
    } finally {
      clearInterval(watch);
      letting.detach();
    }
  };
}

/** Whether the job was cancelled, or another worker has begun it. Redis being away is not known to be either. */
async function look(
  bull: Bull.Job<BullData>,
  { because }: LettingGo,
  { cancellations, reread }: ProcessorSetting,
): Promise<void> {
  const seen = await Promise.all([cancellations.has(String(bull.id)), reread(bull.id)]).catch(() => undefined);
  if (seen === undefined) return;
  const [cancelled, now] = seen;
  if (now?.data.starts !== bull.data.starts) because('lost');
  else if (cancelled) because('cancelled');
}

/** Writes down why a job ended and tells Bull by throwing. */
async function settle(bull: Bull.Job<BullData>, cause: unknown, times: QueueTimes): Promise<never> {
  const { data } = bull;
  const outcome = outcomeOf(cause, data.failures, times);
  switch (outcome.kind) {
    case 'cancelled':
      return stop(bull);
    case 'handed back':
      throw new Postponed('handed back', 0);
    case 'lost':
      // Bull finds the lock gone, and leaves the job to who has it.
      throw new Error('lost');
    case 'again':
    case 'failed': {
      await bull.update({ ...data, failures: data.failures + 1, error: JSON.stringify(outcome.error) });
      if (outcome.kind === 'again') throw new Postponed(outcome.error.message, outcome.pause);
      await bull.discard();
      throw new Error(outcome.error.message);
    }
  }
}

async function stop(bull: Bull.Job<BullData>): Promise<never> {
  await bull.update({ ...bull.data, stopped: true });
  await bull.discard();
  throw new Error('cancelled');
}
