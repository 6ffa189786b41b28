import { z } from 'zod';
import type { GalleryRequest } from '../../../../audit/gallery/request.ts';
import { startProcess } from '../../../../base/processes.ts';
import { untilDone } from '../command.ts';
import type { JobRun } from '../types.ts';

/** What the process of an audit is started with, as JSON. */
export const auditArguments = z.strictObject({
  folder: z.string(),
  drawing: z.string(),
  request: z.record(z.string(), z.unknown()),
});

const progress = z.object({ share: z.number().min(0).max(1), note: z.string() });

/** Milliseconds from one report to the next. */
const REPORT_EVERY = 500;

/**
 * Judges a sample in a process of its own, which goes on where an earlier one was stopped.
 * @throws the run's reason when it was told to stop; HoldfastError as the process printed it; Error when it crashed.
 */
export async function judge(
  folder: string,
  drawing: string,
  request: GalleryRequest,
  { data, signal, report }: Pick<JobRun, 'data' | 'signal' | 'report'>,
): Promise<void> {
  signal.throwIfAborted();
  const args: z.input<typeof auditArguments> = { folder, drawing, request };
  const child = startProcess('process', import.meta.url, [JSON.stringify(args)], {
    env: { ...process.env, HOLDFAST_DATA: data },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let last: z.output<typeof progress> | undefined;
  let told: Promise<void> = Promise.resolve();
  const tell = (): void => {
    if (last === undefined) return;
    const { share, note } = last;
    last = undefined;
    // What cannot be reported now is told by the next message.
    told = told.then(() => report({ share, note })).catch(() => undefined);
  };
  child.on('message', (message) => {
    last = progress.safeParse(message).data ?? last;
  });
  const timer = setInterval(tell, REPORT_EVERY);
  try {
    await untilDone(child, 'the audit', signal);
  } finally {
    clearInterval(timer);
    tell();
    await told;
  }
}
