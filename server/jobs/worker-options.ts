import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { optionError } from '../../base/command.ts';
import { HoldfastError } from '../../base/errors.ts';
import { readRedisUrl } from '../access/options.ts';
import type { WorkerSetting } from './kinds/index.ts';
import type { QueueSetting } from './open.ts';

export type WorkerOptions = WorkerSetting & QueueSetting;

export const workerHelp = `A worker of Holdfast: does the jobs of a server, on its machine or on another one.

usage: npm run worker -- [options]

  --server URL   the server whose gallery jobs add to (http://127.0.0.1:8080)
  --help         this text

environment
  REDIS_URL         the queue, as the server has it; without it the one in HOLDFAST_DATA
  HOLDFAST_DATA     folder of models, runs and cache (.holdfast)
  HOLDFAST_KEY      a key of the server with the role ingest, and operator to reindex, where it has keys
  HOLDFAST_IMPORTS  folder of the pictures that jobs may ingest (HOLDFAST_DATA/imports)
`;

type Environment = Readonly<Record<string, string | undefined>>;

/** Where jobs find pictures. */
export function importsFolder(environment: Environment, data: string): string {
  return environment.HOLDFAST_IMPORTS || join(data, 'imports');
}

/** The options of a worker; undefined when help is asked for. @throws HoldfastError OPTION_INVALID */
export function readWorkerOptions(args: readonly string[], environment: Environment): WorkerOptions | undefined {
  const { help, server = 'http://127.0.0.1:8080' } = parse(args);
  if (help === true) return undefined;
  if (!URL.canParse(server)) throw new HoldfastError('OPTION_INVALID', `--server is "${server}", not a URL`);
  const data = environment.HOLDFAST_DATA || '.holdfast';
  return {
    data,
    imports: importsFolder(environment, data),
    server,
    key: environment.HOLDFAST_KEY || undefined,
    redisUrl: readRedisUrl(environment.REDIS_URL),
  };
}

function parse(args: readonly string[]) {
  try {
    const options = { server: { type: 'string' }, help: { type: 'boolean' } } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    throw optionError(cause);
  }
}
