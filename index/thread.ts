import { parentPort } from 'node:worker_threads';
import { HoldfastError, serializeError } from '../base/errors.ts';
import { LocalGallery } from './local.ts';
import type { Argument, OperationName, Request, Response, Result } from './messages.ts';

/* The index thread: it alone touches SQLite and hnswlib. Requests are done to the end one by one, in order. */

let gallery: LocalGallery | undefined;

function opened(): LocalGallery {
  if (gallery === undefined) throw new HoldfastError('NOT_READY', 'the gallery is not open');
  return gallery;
}

const handlers: { [N in OperationName]: (argument: Argument<N>) => Result<N> | Promise<Result<N>> } = {
  open: (options) => {
    gallery = new LocalGallery(options);
    return undefined;
  },
  add: (packed) => opened().add(packed),
  upsert: (packed) => opened().upsert(packed),
  remove: (id) => opened().remove(id),
  get: (id) => opened().get(id),
  image: (id) => opened().image(id),
  vector: (id) => opened().vector(id),
  search: ({ vector, options }) => opened().search(vector, options),
  find: ({ vector, options }) => opened().find(vector, options),
  list: (options) => opened().list(options),
  count: (filter) => opened().count(filter),
  sample: (count) => opened().sample(count),
  status: () => opened().status(),
  save: async () => {
    await opened().save();
    return undefined;
  },
  close: async () => {
    await gallery?.close();
    return undefined;
  },
};

/** What is done at once is answered before the next request is looked at; only folds are waited for. */
function answer<N extends OperationName>(request: Request<N>, post: (response: Response) => void): void {
  const { number } = request;
  const refuse = (error: unknown): void => post({ number, error: serializeError(error) });
  try {
    const handler: (argument: Argument<N>) => Result<N> | Promise<Result<N>> = handlers[request.name];
    const result = handler(request.argument);
    if (result instanceof Promise) result.then((later) => post({ number, result: later }), refuse);
    else post({ number, result });
  } catch (error) {
    refuse(error);
  }
}

parentPort?.on('message', (request: Request) => {
  answer(request, (response) => {
    parentPort?.postMessage(response);
    const failedToOpen = request.name === 'open' && 'error' in response;
    if (request.name === 'close' || failedToOpen) parentPort?.close();
  });
});
