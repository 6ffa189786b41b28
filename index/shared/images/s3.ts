import { AwsClient } from 'aws4fetch';
import { HoldfastError } from '../../../base/errors.ts';
import type { ImageStore, StoreOwner } from '../types.ts';
import { packImage, unpackImage } from './pack.ts';

export interface S3Place {
  /** Where the buckets are, such as `https://s3.eu-central-1.amazonaws.com`; the bucket becomes the first part of the path. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** What the names of all objects begin with, without slashes at its ends; may be empty. */
  readonly prefix: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** A service that is busy is asked so often again, the pauses doubling from 50 ms. */
const RETRIES = 4;
const TIMEOUT_MILLISECONDS = 30_000;
/** Objects that are being removed at once. */
const AT_ONCE = 16;

/**
 * The pictures of a gallery as objects PREFIX/IDENTITY/LABEL of a bucket that is there. S3 acknowledges what is durable.
 * @throws STORE_UNAVAILABLE when the bucket cannot be reached with these credentials
 */
export async function openS3Images(place: S3Place, { identity }: StoreOwner): Promise<ImageStore> {
  const { endpoint, bucket, prefix, ...credentials } = place;
  const aws = new AwsClient({ ...credentials, service: 's3', retries: RETRIES });
  const base = `${endpoint.replace(/\/+$/, '')}/${bucket}`;
  const urlOf = (label: number): string =>
    [base, prefix, identity, String(label)].filter((part) => part !== '').join('/');
  const ask = async (method: string, url: string, body?: Uint8Array<ArrayBuffer>): Promise<Response> => {
    const response = await send(aws, method, url, body);
    if (response.ok || (response.status === 404 && method === 'GET')) return response;
    const what = `${method} ${url} was answered with ${response.status}`;
    throw new HoldfastError('STORE_UNAVAILABLE', `${what}: ${(await response.text()).slice(0, 300)}`);
  };
  await ask('HEAD', base);
  return {
    async put(label, image) {
      await (await ask('PUT', urlOf(label), packImage(image))).arrayBuffer();
    },
    async get(label) {
      const url = urlOf(label);
      const response = await ask('GET', url);
      const bytes = new Uint8Array(await response.arrayBuffer());
      return response.status === 404 ? undefined : unpackImage(bytes, url);
    },
    async remove(labels) {
      for (let start = 0; start < labels.length; start += AT_ONCE) {
        const some = labels.slice(start, start + AT_ONCE);
        await Promise.all(some.map((label) => ask('DELETE', urlOf(label))));
      }
    },
    async close() {
      // Nothing is kept open.
    },
  };
}

async function send(aws: AwsClient, method: string, url: string, body?: Uint8Array<ArrayBuffer>): Promise<Response> {
  const signal = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
  try {
    return await aws.fetch(url, { method, signal, ...(body === undefined ? {} : { body }) });
  } catch (cause) {
    const why = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
    throw new HoldfastError('STORE_UNAVAILABLE', `${method} ${url}: ${why}`, { cause });
  }
}
