import { parentPort, workerData } from 'node:worker_threads';
import { HoldfastError, serializeError } from '../../../../base/errors.ts';
import { parseHardenOptions } from '../../../../trainer/options.ts';
import type { ArgumentsReply, ArgumentsRequest } from './arguments.ts';

// The thread itself: it answers once and ends.

function read({ args, data }: ArgumentsRequest): ArgumentsReply {
  try {
    const options = parseHardenOptions(args, data, process.env);
    if (options === undefined) throw new HoldfastError('OPTION_INVALID', '--help is no job');
    return { version: options.version };
  } catch (error) {
    return { error: serializeError(error) };
  }
}

parentPort?.postMessage(read(workerData as ArgumentsRequest));
