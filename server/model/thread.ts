import { parentPort, workerData } from 'node:worker_threads';
import { serializeError } from '../../base/errors.ts';
import { lowerPriority } from '../../base/threads.ts';
import type { Adversary } from './adversary.ts';
import { type Embedder, openEmbedder } from './embedder.ts';
import type { ModelReply, ModelRequest, ModelThreadData } from './messages.ts';

// The thread itself: it answers one request after the other and ends when it is asked to.

const { directory, threads, device, nice, embedsAtOnce } = workerData as ModelThreadData;
// Before ONNX Runtime starts threads of its own.
lowerPriority(nice);
const notes: string[] = [];
const report = (line: string): unknown => notes.push(line);
let adversary: Promise<Adversary> | undefined;
let embedder: Promise<Embedder> | undefined;

/** Loaded with the first gradient: TF.js takes a while, and embedding does not need it. */
function loadAdversary(): Promise<Adversary> {
  adversary ??= import('./adversary.ts').then(({ createAdversary }) =>
    createAdversary(directory, { device, threads, report }),
  );
  return adversary;
}

function loadEmbedder(): Promise<Embedder> {
  // A GPU that was named embeds too. `auto` leaves the CPU its searches.
  embedder ??= openEmbedder(directory, threads, device === 'webgpu' || device === 'cuda' ? device : 'cpu', report);
  return embedder;
}

function post(reply: ModelReply): void {
  parentPort?.postMessage(reply);
}

async function serve(): Promise<void> {
  // A GPU that was named is opened first, so that what it lacks is said.
  if (device === 'webgpu' || device === 'cuda') await loadAdversary();
  if (embedsAtOnce) await loadEmbedder();

  const answer = async (request: ModelRequest): Promise<ModelReply> => {
    switch (request.kind) {
      case 'embed':
        return { kind: 'embed', embeddings: await (await loadEmbedder()).embed(request.pixels) };
      case 'pushes':
        return { kind: 'pushes', pushes: await (await loadAdversary()).pushes(request) };
      case 'step':
        return { kind: 'step', result: await (await loadAdversary()).step(request.attack, request.inputs) };
      case 'prepare':
        await (await loadAdversary()).prepare(request.program);
        return { kind: 'prepare', notes };
      case 'close':
        // What failed to load has nothing to release, and must not keep the thread from ending.
        await adversary?.then((loaded) => loaded.release()).catch(() => undefined);
        await embedder?.then((loaded) => loaded.release()).catch(() => undefined);
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
