import { parentPort, workerData } from 'node:worker_threads';
import { serializeError } from '../../base/errors.ts';
import type { Adversary } from './adversary.ts';
import { openEmbedder } from './embedder.ts';
import type { ModelReply, ModelRequest, ModelThreadData } from './messages.ts';

// The thread itself: it answers one request after the other and ends when it is asked to.

const { directory, threads, device } = workerData as ModelThreadData;
const notes: string[] = [];
const report = (line: string): unknown => notes.push(line);
let adversary: Promise<Adversary> | undefined;

/** Loaded with the first gradient: TF.js takes a while, and embedding does not need it. */
function loadAdversary(): Promise<Adversary> {
  adversary ??= import('./adversary.ts').then(({ createAdversary }) =>
    createAdversary(directory, { device, threads, report }),
  );
  return adversary;
}

function post(reply: ModelReply): void {
  parentPort?.postMessage(reply);
}

async function serve(): Promise<void> {
  // A GPU that was named embeds too, and is opened first, so that what it lacks is said. `auto` leaves the CPU its searches.
  const provider = device === 'webgpu' || device === 'cuda' ? device : 'cpu';
  if (provider !== 'cpu') await loadAdversary();
  const embedder = await openEmbedder(directory, threads, provider, report);

  const answer = async (request: ModelRequest): Promise<ModelReply> => {
    switch (request.kind) {
      case 'embed':
        return { kind: 'embed', embeddings: await embedder.embed(request.pixels) };
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
        await embedder.release();
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
