import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { catalogue, type ErrorCode, HoldfastError } from '../base/errors.ts';
import { bar, type ProgressLine } from '../base/terminal.ts';

/** From one look at the job to the next. */
const LOOK_MILLISECONDS = 1_000;
/** Looks in a row that a server which is being started anew may miss. */
const PATIENCE = 60;

const isCode = (code: string): code is ErrorCode => Object.hasOwn(catalogue, code);
const errorShape = z.object({
  code: z.string().transform((code) => (isCode(code) ? code : 'INTERNAL')),
  message: z.string(),
});
const errorBody = z.object({ error: errorShape });
const jobBody = z.object({
  id: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']),
  progress: z.object({ share: z.number(), note: z.string() }).nullable(),
  error: errorShape.nullable(),
  result: z.object({ version: z.string(), metrics: z.record(z.string(), z.number()) }).nullable(),
});
type Job = z.output<typeof jobBody>;

/** A training that a server does. */
export interface ServerTraining {
  /** URL of the server. */
  readonly server: string;
  /** One of its keys with the role `operator`, where it has keys. */
  readonly key: string | undefined;
  /** The options of `npm run harden` by their names. */
  readonly options: Readonly<Record<string, string | boolean>>;
}

/** What the server made. */
export interface ServerOutcome {
  readonly version: string;
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * Gives a training to a server as a job and follows it to its end. When the signal stops it, the job goes on.
 * @throws the signal's reason; HoldfastError as the server or its trainer told; SERVER_UNREACHABLE
 */
export async function hardenOnServer(
  { server, key, options }: ServerTraining,
  line: ProgressLine,
  signal: AbortSignal,
  every = LOOK_MILLISECONDS,
): Promise<ServerOutcome> {
  const ask = createAsk(server, key, signal);
  const body = JSON.stringify({ kind: 'harden', input: { options } });
  const { id } = await ask('jobs', { method: 'POST', body });
  line.finish(
    `job ${id} on ${server}; Ctrl-C leaves it alone, DELETE ${new URL(`jobs/${id}`, withSlash(server))} cancels it`,
  );
  for (let missed = 0; ; ) {
    const job = await ask(`jobs/${id}`, {}).catch((error: unknown) => {
      if (!isPassing(error) || missed === PATIENCE) throw error;
      return undefined;
    });
    missed = job === undefined ? missed + 1 : 0;
    if (job !== undefined) {
      const outcome = ended(job);
      if (outcome !== undefined) {
        line.finish(`job ${id} is done`);
        return outcome;
      }
      line.update(progressOf(job));
    }
    await sleep(every, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** What a job came to; undefined while it is not finished. */
function ended({ id, state, error, result }: Job): ServerOutcome | undefined {
  if (state === 'done') {
    if (result !== null) return result;
    throw new HoldfastError('SERVER_UNREACHABLE', `job ${id} is done, and has no version`);
  }
  if (state === 'failed' && error !== null) throw new HoldfastError(error.code, `job ${id}: ${error.message}`);
  if (state === 'cancelled') throw new HoldfastError('JOB_CANCELLED', `job ${id} was cancelled`);
  return undefined;
}

function progressOf({ state, progress }: Job): string {
  return progress === null ? state : `${bar(progress.share, 1)}  ${progress.note}`;
}

function isPassing(error: unknown): boolean {
  return error instanceof HoldfastError && (error.status === 503 || error.code === 'SERVER_UNREACHABLE');
}

function createAsk(server: string, key: string | undefined, signal: AbortSignal) {
  const headers = {
    'Content-Type': 'application/json',
    ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
  };
  return async (path: string, init: RequestInit): Promise<Job> => {
    const response = await fetch(new URL(path, withSlash(server)), { ...init, headers, signal }).catch(
      (cause: unknown) => {
        signal.throwIfAborted();
        throw new HoldfastError('SERVER_UNREACHABLE', `${server} cannot be reached`, { cause });
      },
    );
    const body: unknown = await response.json().catch(() => undefined);
    const refused = errorBody.safeParse(body);
    if (refused.success) throw new HoldfastError(refused.data.error.code, refused.data.error.message);
    const job = jobBody.safeParse(body);
    if (job.success) return job.data;
    throw new HoldfastError('SERVER_UNREACHABLE', `${server} gives no answer of Holdfast (status ${response.status})`);
  };
}

function withSlash(server: string): string {
  return server.endsWith('/') ? server : `${server}/`;
}
