import { parseArgs } from 'node:util';
import { optionError } from '../base/command.ts';
import { HoldfastError } from '../base/errors.ts';
import type { DeviceName } from '../engine/devices/names.ts';
import { readDevice, readThreads } from '../engine/devices/settings.ts';
import { type AccessOptions, readAccessOptions } from './access/options.ts';
import { importsFolder } from './jobs/worker-options.ts';
import { readStoreOptions, type StoreOptions } from './stores/options.ts';

/** From the most that is logged to nothing. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface ServerOptions extends AccessOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Folder of galleries, trained models and cached pictures. */
  readonly data: string;
  readonly maxUploadBytes: number;
  /** The model version to serve; the shipped one when undefined. */
  readonly model: string | undefined;
  /** Build the graph of the index anew from its records. */
  readonly rebuildIndex: boolean;
  /** Where the galleries are that several servers share; in the data folder, for this one, when undefined. */
  readonly stores: StoreOptions | undefined;
  readonly device: DeviceName;
  /** Threads of one operation of the model; its own choice when undefined. */
  readonly threads: number | undefined;
  /** Below it lie the pictures that jobs may ingest. */
  readonly imports: string;
  /** Whether to start a worker for jobs. */
  readonly worker: boolean;
  /** Steps x restarts x images that an audit may take. */
  readonly auditCost: number;
  /** Attack steps that one request may take. */
  readonly probeCost: number;
  /** The least that is logged. */
  readonly logLevel: LogLevel;
}

export const help = `Holdfast: an image search server that holds under attack.

usage: npm start -- [options]

  --model VERSION    the model version to serve (default: the shipped one)
  --rebuild-index    build the graph of the index anew from its records
  --records URL      shared galleries, with their records in this PostgreSQL database (docs/scaling.md)
  --vectors KIND     where their vectors are: pgvector (default), or redis://host:port,host:port for a Redis Cluster
  --images PLACE     where their pictures are: records (default) beside the records, /a/folder, s3://bucket/prefix
  --device NAME      computes gradients and attacks: cpu (default), webgpu, cuda, tfjs, or auto for the
                     fastest that works; webgpu and cuda, when named, embed the pictures of searches too
  --threads NUMBER   threads of one operation of the model on the CPU (2)
  --without-keys     serve other machines though there are no keys: something else guards the port
  --no-worker        do no jobs: other machines do (npm run worker)
  --help             this text

environment
  PORT                       port, 0 takes a free one (8080)
  HOST                       address to listen on (127.0.0.1)
  HOLDFAST_DATA              folder of gallery, models and cache (.holdfast)
  HOLDFAST_MAX_UPLOAD_BYTES  largest picture file (10000000)
  HOLDFAST_WITHOUT_KEYS      true is --without-keys
  HOLDFAST_RATE_LIMIT        points of a key in a minute (30000)
  HOLDFAST_RECORDS, HOLDFAST_VECTORS, HOLDFAST_IMAGES  what --records, --vectors and --images say
  AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT_URL_S3  of --images s3://...
  REDIS_URL                  where several servers have their jobs and count the points of a key together
  HOLDFAST_CORS_ORIGINS      origins whose pages may call, with commas between (none)
  HOLDFAST_FETCH_URLS        true fetches pictures from the public URLs that clients name (false)
  HOLDFAST_TRUST_PROXY       how many proxies stand before the server, or their addresses (0)
  HOLDFAST_LOG_LEVEL         debug, info, warn, error or silent (info): lines of JSON on standard output
  HOLDFAST_IMPORTS           folder of the pictures that jobs may ingest (HOLDFAST_DATA/imports)
  HOLDFAST_AUDIT_COST        steps x restarts x attacked images that an audit may take (100000)
  HOLDFAST_PROBE_COST        attack steps that one request may take (2000)
  OTEL_EXPORTER_OTLP_ENDPOINT  where traces go, with the other variables of OpenTelemetry (nowhere)
  HOLDFAST_DEVICE, HOLDFAST_THREADS  what --device and --threads say, unless they are given
`;

/** The options of a start; undefined when help is asked for. @throws HoldfastError OPTION_INVALID */
export function readOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): ServerOptions | undefined {
  const values = parse(args);
  if (values.help === true) return undefined;
  const data = environment.HOLDFAST_DATA || '.holdfast';
  return {
    host: environment.HOST || '127.0.0.1',
    port: readNumber('PORT', environment.PORT, 8080, 0, 65_535),
    data,
    maxUploadBytes: readNumber(
      'HOLDFAST_MAX_UPLOAD_BYTES',
      environment.HOLDFAST_MAX_UPLOAD_BYTES,
      10_000_000,
      1,
      1_000_000_000,
    ),
    model: values.model,
    rebuildIndex: values['rebuild-index'] === true,
    stores: readStoreOptions(values, environment),
    device: readDevice(values.device, environment),
    threads: readThreads(values.threads, environment),
    ...readAccessOptions(environment, values['without-keys']),
    imports: importsFolder(environment, data),
    worker: values['no-worker'] !== true,
    auditCost: readNumber('HOLDFAST_AUDIT_COST', environment.HOLDFAST_AUDIT_COST, 100_000, 0, 1_000_000_000),
    probeCost: readNumber('HOLDFAST_PROBE_COST', environment.HOLDFAST_PROBE_COST, 2_000, 0, 1_000_000),
    logLevel: readLogLevel(environment.HOLDFAST_LOG_LEVEL || 'info'),
  };
}

function parse(args: readonly string[]) {
  try {
    const options = {
      model: { type: 'string' },
      'rebuild-index': { type: 'boolean' },
      records: { type: 'string' },
      vectors: { type: 'string' },
      images: { type: 'string' },
      device: { type: 'string' },
      threads: { type: 'string' },
      'without-keys': { type: 'boolean' },
      'no-worker': { type: 'boolean' },
      help: { type: 'boolean' },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    throw optionError(cause);
  }
}

function readLogLevel(text: string): LogLevel {
  const level = logLevels.find((one) => one === text);
  if (level !== undefined) return level;
  throw new HoldfastError('OPTION_INVALID', `HOLDFAST_LOG_LEVEL=${text}: must be one of ${logLevels.join(', ')}`);
}

function readNumber(name: string, text: string | undefined, otherwise: number, low: number, high: number): number {
  if (text === undefined || text === '') return otherwise;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= low && value <= high) return value;
  throw new HoldfastError('OPTION_INVALID', `${name}=${text}: must be a whole number from ${low} to ${high}`);
}
