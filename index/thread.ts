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

const handlers: { [N in OperationName]: (argument: Argument<N>) => Result<N> } = {
  open: (options) => {
    gallery = new LocalGallery(options);
  },
  add: (packed) => opened().add(packed),
  upsert: (packed) => opened().upsert(packed),
  remove: (id) => opened().remove(id),
  get: (id) => opened().get(id),
  image: (id) => opened().image(id),
  search: ({ vector, options }) => opened().search(vector, options),
  list: (options) => opened().list(options),
  count: (filter) => opened().count(filter),
  sample: (count) => opened().sample(count),
  status: () => opened().status(),
  save: () => {
    opened().save();
  },
  close: () => {
    gallery?.close();
  },
};

function answer<N extends OperationName>(request: Request<N>): Response {
  const { number } = request;
  try {
    const handler: (argument: Argument<N>) => Result<N> = handlers[request.name];
    return { number, result: handler(request.argument) };
  } catch (error) {
    return { number, error: serializeError(error) };
  }
}

parentPort?.on('message', (request: Request) => {
  const response = answer(request);
  parentPort?.postMessage(response);
  const failedToOpen = request.name === 'open' && 'error' in response;
  if (request.name === 'close' || failedToOpen) parentPort?.close();
});
