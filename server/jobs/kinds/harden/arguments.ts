import { once } from 'node:events';
import { reviveError, type SerializedError } from '../../../../base/errors.ts';
import { startThread } from '../../../../base/threads.ts';

export interface ArgumentsRequest {
  readonly args: readonly string[];
  readonly data: string;
}

export type ArgumentsReply = { readonly version: string } | { readonly error: SerializedError };

/**
 * Reads a command line of `npm run harden`, on a thread: what knows the options loads TF.js, which takes a second that
 * no search shall wait.
 * @returns the version that the run will make. @throws HoldfastError OPTION_INVALID
 */
export async function checkArguments(args: readonly string[], data: string): Promise<{ version: string }> {
  const workerData: ArgumentsRequest = { args, data };
  const thread = startThread('arguments-thread', import.meta.url, { workerData });
  const [reply]: ArgumentsReply[] = await once(thread, 'message');
  if (reply === undefined) throw new RangeError('the thread gave no reply');
  if ('error' in reply) throw reviveError(reply.error);
  return reply;
}
