import { z } from 'zod';
import { createTail } from '../../tail.ts';
import type { JobProgress } from '../../types.ts';
import { type LoggedBatch, shareOf } from './share.ts';

const LOOK_MILLISECONDS = 500;

const count = z.number();
const stage = z.object({ name: z.string(), epochs: count });
const line = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('run'), stages: z.array(stage) }),
  z.object({
    kind: z.literal('batch'),
    ...{ stage: z.string(), epoch: count, epochs: count, batch: count, batches: count },
    loss: count.optional(),
    imagesPerSecond: count.optional(),
  }),
]);

/**
 * Reports what the log of a training says, as it grows.
 * @returns what ends it, after the last lines.
 */
export function followLog(path: string, report: (progress: JobProgress) => Promise<void>): () => Promise<void> {
  const tail = createTail(path);
  let stages: readonly { readonly name: string; readonly epochs: number }[] = [];
  let last: Promise<void> = Promise.resolve();

  const look = async (): Promise<void> => {
    let batch: LoggedBatch | undefined;
    for (const text of tail.lines()) {
      const parsed = line.safeParse(parse(text));
      if (!parsed.success) continue;
      if (parsed.data.kind === 'run') stages = parsed.data.stages;
      else batch = parsed.data;
    }
    if (batch !== undefined) await report(progressOf(batch, stages));
  };
  const timer = setInterval(() => {
    // What cannot be reported now is told by the next line.
    last = last.then(look).catch(() => undefined);
  }, LOOK_MILLISECONDS);
  return async () => {
    clearInterval(timer);
    await last;
    await look().catch(() => undefined);
  };
}

function progressOf(batch: LoggedBatch, stages: Parameters<typeof shareOf>[1]): JobProgress {
  const { stage: name, epoch, epochs, batch: number, batches, loss, imagesPerSecond } = batch;
  const figures = { loss, imagesPerSecond };
  return {
    share: shareOf(batch, stages),
    note: `${name} epoch ${epoch} of ${epochs}, batch ${number} of ${batches}`,
    figures: Object.fromEntries(
      Object.entries(figures).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    ),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A line that was cut short.
    return undefined;
  }
}
