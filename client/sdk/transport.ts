import { errorOf, HoldfastApiError } from './error.ts';

export interface ClientOptions {
  /** The key that the operator gave out, or what gives it at each call; none where the server has no keys. */
  readonly key?: string | (() => string | undefined);
  /** The `fetch` to use, for a proxy, a keep-alive agent or a test; the global one by default. */
  readonly fetch?: typeof fetch;
  /** Milliseconds after which a call is given up; none by default. */
  readonly timeout?: number;
}

export interface CallOptions {
  /** Ends the call early: it rejects with the signal's reason. A probe stops at the server, too. */
  readonly signal?: AbortSignal;
}

export interface Transport {
  /** Sends a request and reads its answer with `read`. @throws HoldfastApiError, or the reason of the signal. */
  send<T>(path: string, init: RequestInit, read: (response: Response) => Promise<T>, call?: CallOptions): Promise<T>;
}

/** Requests to one server, with every failure turned into `HoldfastApiError`. @throws TypeError when `base` is no absolute URL of http or https. */
export function createTransport(base: string | URL, options: ClientOptions): Transport {
  const root = rootOf(base);
  const request = options.fetch ?? fetch;
  return {
    async send(path, init, read, call = {}) {
      const signal = combine(call.signal, options.timeout);
      try {
        const response = await request(new URL(path, root), {
          ...init,
          headers: withKey(init.headers, options.key),
          signal,
        });
        if (!response.ok) throw await errorOf(response);
        return await read(response);
      } catch (cause) {
        if (cause instanceof HoldfastApiError) throw cause;
        throw call.signal?.aborted ? call.signal.reason : unreachable(root, cause);
      }
    },
  };
}

function withKey(init: HeadersInit | undefined, key: ClientOptions['key']): Headers {
  const headers = new Headers(init);
  const text = typeof key === 'function' ? key() : key;
  if (text !== undefined) headers.set('Authorization', `Bearer ${text}`);
  return headers;
}

/** A copy that ends in a slash: a server may live below a path, and relative addresses need it. @throws TypeError */
function rootOf(base: string | URL): URL {
  const url = new URL(base);
  // "localhost:8080" is a URL too, of the protocol "localhost:".
  if (!/^https?:$/.test(url.protocol)) throw new TypeError(`${url} is no address of http or https`);
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

function combine(signal: AbortSignal | undefined, timeout: number | undefined): AbortSignal | null {
  if (timeout === undefined) return signal ?? null;
  const clock = AbortSignal.timeout(timeout);
  return signal === undefined ? clock : AbortSignal.any([signal, clock]);
}

function unreachable(root: URL, cause: unknown): HoldfastApiError {
  const late = cause instanceof DOMException && cause.name === 'TimeoutError';
  const details = {
    code: 'UNREACHABLE',
    message: `${root.origin} ${late ? 'did not answer in time' : 'cannot be reached'}`,
    remedy: 'Check that the server runs and that the address is right.',
  };
  return new HoldfastApiError(0, details, { cause });
}
