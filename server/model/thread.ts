import { parentPort, workerData } from 'node:worker_threads';
import { serializeError } from '../../base/errors.ts';
import { lowerPriority } from '../../base/threads.ts';
import { checkFiles } from './check-files.ts';
import { openEmbedder } from './embedder.ts';
import type { ModelReply, ModelRequest, ModelThreadData } from './messages.ts';
import { once } from './once.ts';

// The thread itself: it answers one request after the other and ends when it is asked to.

const { directory, files, threads, device, nice, embedsAtOnce } = workerData as ModelThreadData;
// Before ONNX Runtime starts threads of its own.
lowerPriority(nice);
const notes: string[] = [];
const report = (line: string): unknown => notes.push(line);

/** Loaded with the first gradient: TF.js takes a while, and embedding does not need it. */
const adversary = once(async () => {
  await checkFiles(directory, files);
  const { createAdversary } = await import('./adversary.ts');
  return createAdversary(directory, { device, threads, report });
});

const embedder = once(async () => {
  await checkFiles(directory, files);
  // A GPU that was named embeds too. `auto` leaves the CPU its searches.
  return openEmbedder(directory, threads, device === 'webgpu' || device === 'cuda' ? device : 'cpu', report);
});

function post(reply: ModelReply): void {
  parentPort?.postMessage(reply);
}

async function serve(): Promise<void> {
  // A GPU that was named is opened first, so that what it lacks is said.
  if (device === 'webgpu' || device === 'cuda') await adversary.get();
  if (embedsAtOnce) await embedder.get();

  const answer = async (request: ModelRequest): Promise<ModelReply> => {
    switch (request.kind) {
      case 'embed':
        return { kind: 'embed', embeddings: await (await embedder.get()).embed(request.pixels) };
      case 'pushes':
        return { kind: 'pushes', pushes: await (await adversary.get()).pushes(request) };
      case 'step':
        return { kind: 'step', result: await (await adversary.get()).step(request.attack, request.inputs) };
      case 'prepare':
        await (await adversary.get()).prepare(request.program);
        return { kind: 'prepare', notes };
      case 'close':
        // What failed to load has nothing to release, and must not keep the thread from ending.
        await adversary.made?.then((loaded) => loaded.release()).catch(() => undefined);
        await embedder.made?.then((loaded) => loaded.release()).catch(() => undefined);
        parentPort?.close();
        return { kind: 'close' };
    }
  };
  parentPort?.on('message', (request: ModelRequest) => {
    answer(request).then(post, (error: unknown) => post({ kind: 'failed', error: serializeError(error) }));
  });
  post({ kind: 'ready' });
}

serve().catch((error: unknown) => {
  post({ kind: 'failed', error: serializeError(error) });
  parentPort?.close();
});
