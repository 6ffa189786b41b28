import { readSample } from '../../../../audit/gallery/data.ts';
import { auditGallery } from '../../../../audit/gallery/judge.ts';
import { galleryRequest } from '../../../../audit/gallery/request.ts';
import { HoldfastError } from '../../../../base/errors.ts';
import { whenParentGone } from '../../../../base/processes.ts';
import { readDevice, readThreads } from '../../../../engine/devices/settings.ts';
import { createEngine } from '../../../../engine/index.ts';
import { takeLock } from '../take-lock.ts';
import { auditArguments } from './judge.ts';

// The process of an audit that a job runs. It ends with its worker, after the piece that it computes, and is the only one of
// its folder.

const stop = new AbortController();
const end = (): void => stop.abort(new Error('the audit was told to stop'));
process.once('SIGTERM', end);
whenParentGone(end);

/** How much of the whole the pictures were, which the worker has fetched. */
const FETCHED = 0.02;

async function run(): Promise<void> {
  const { folder, drawing, request } = auditArguments.parse(JSON.parse(process.argv[2] ?? ''));
  await takeLock(folder);
  const sample = readSample(folder, drawing);
  if (sample === undefined) throw new RangeError(`${folder} holds no sample of ${drawing}`);
  const { env } = process;
  const engine = await createEngine({ device: readDevice(undefined, env), threads: readThreads(undefined, env) });
  await auditGallery({
    ...{ engine, folder, sample, request: galleryRequest.parse(request), signal: stop.signal },
    data: env.HOLDFAST_DATA ?? '.holdfast',
    onProgress: (note, share) => process.send?.({ note, share: FETCHED + (1 - FETCHED) * share }),
  });
}

run().then(
  () => process.exit(0),
  (error: unknown) => {
    if (error instanceof HoldfastError) process.stderr.write(`\nerror ${error.code}: ${error.message}\n`);
    else process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
