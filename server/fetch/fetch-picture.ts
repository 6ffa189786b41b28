import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { HoldfastError } from '../../base/errors.ts';
import { isPublicAddress } from './public-address.ts';
import { type Address, type ResolveOptions, resolveHost } from './resolve.ts';

export interface FetchOptions extends Partial<ResolveOptions> {
  /** Bytes of the picture. */
  readonly maxBytes: number;
  /** For everything, redirects included; 5,000 by default. */
  readonly milliseconds?: number;
}

/** Fetches the bytes behind a URL that a client has named. */
export type FetchPicture = (url: string, signal: AbortSignal) => Promise<Uint8Array>;

/** Where fetching is off. */
export const refuseUrls: FetchPicture = async () => {
  throw new HoldfastError('URL_REFUSED', 'this server fetches no pictures; HOLDFAST_FETCH_URLS=true lets it');
};

const REDIRECTS = 3;
const MOVED = [301, 302, 303, 307, 308];

/**
 * A fetch that reaches the public internet and nothing else: http and https on their own ports, no user in the URL, every
 * redirect checked like the first URL, the connection made to the very address that was checked, bounded bytes and time.
 * Rejects with HoldfastError URL_REFUSED, URL_UNREACHABLE, IMAGE_TOO_LARGE, or the signal's reason.
 */
export function createFetch({ maxBytes, milliseconds = 5_000, ...options }: FetchOptions): FetchPicture {
  const checks = { isAllowed: isPublicAddress, ...options };
  return async (text, signal) => {
    const clock = AbortSignal.timeout(milliseconds);
    const either = AbortSignal.any([signal, clock]);
    let url = readUrl(text, options.isAllowed !== undefined);
    try {
      for (let hop = 0; hop <= REDIRECTS; hop++) {
        const address = await orAborted(resolveHost(url, checks), either);
        const response = await get(url, address, either);
        const location = MOVED.includes(response.statusCode ?? 0) ? response.headers.location : undefined;
        if (location === undefined) return await readBody(url, response, maxBytes);
        response.destroy();
        url = readUrl(location, options.isAllowed !== undefined, url);
      }
    } catch (cause) {
      if (cause instanceof HoldfastError || signal.aborted) throw signal.aborted ? signal.reason : cause;
      throw unreachable(url, clock.aborted ? `no answer within ${milliseconds} ms` : 'the connection failed', cause);
    }
    throw unreachable(url, `more than ${REDIRECTS} redirects`);
  };
}

/** @param anyPort whether ports other than 80 and 443 are allowed: where the caller says which addresses are */
function readUrl(text: string, anyPort: boolean, base?: URL): URL {
  const url = URL.canParse(text, base) ? new URL(text, base) : undefined;
  const plain = url !== undefined && url.username === '' && url.password === '';
  if (plain && ['http:', 'https:'].includes(url.protocol) && (anyPort || url.port === '')) return url;
  throw new HoldfastError('URL_REFUSED', 'url: must be http or https, without a user and on the usual port');
}

/** A look-up cannot be ended, but need not be waited for. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}

function get(url: URL, { address, family }: Address, signal: AbortSignal): Promise<IncomingMessage> {
  // Node asks this for the name, and gets the address that was checked.
  const lookup: LookupFunction = (_name, options, answer) => {
    if (options.all === true) answer(null, [{ address, family }]);
    else answer(null, address, family);
  };
  const options = {
    lookup,
    signal,
    agent: false,
    headers: { 'Accept-Encoding': 'identity', 'User-Agent': 'Holdfast' },
  };
  return new Promise((resolve, reject) => {
    const sent: ClientRequest = url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options);
    sent.once('response', resolve).once('error', reject).end();
  });
}

async function readBody(url: URL, response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  try {
    if (response.statusCode !== 200) throw unreachable(url, `status ${response.statusCode}`);
    if (Number(response.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } finally {
    response.destroy();
  }
}

function tooLarge(limit: number): HoldfastError {
  return new HoldfastError('IMAGE_TOO_LARGE', `the file behind the URL has more than ${limit} bytes`);
}

function unreachable({ origin }: URL, why: string, cause?: unknown): HoldfastError {
  return new HoldfastError('URL_UNREACHABLE', `${origin}: ${why}`, { cause });
}
