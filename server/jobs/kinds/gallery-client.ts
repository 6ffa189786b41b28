import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { catalogue, type ErrorCode, HoldfastError } from '../../../base/errors.ts';
import type { Picture } from './ingest/sources.ts';

/**
 * The gallery of a server, as its workers see it. Every method throws the signal's reason, HoldfastError as the server answered, and
 * Error when it cannot be reached.
 */
export interface GalleryClient {
  add(picture: Picture): Promise<'added' | 'present'>;
  /** The model version that is served. */
  served(): Promise<string>;
  /** All records, in the order of their ids. */
  records(): AsyncGenerator<ListedRecord>;
  /** The stored picture of a record; undefined where it is gone. */
  image(id: string): Promise<Uint8Array | undefined>;
}

/** How often a busy server is asked again, and the longest wait between, in seconds. */
const TRIES = 8;
const LONGEST_WAIT = 60;

const BUSY: ReadonlySet<number> = new Set([429, 503]);

const PAGE = 1_000;

const listed = z.object({ id: z.string(), label: z.string().nullable() });
export type ListedRecord = z.output<typeof listed>;
const page = z.object({ images: z.array(listed), next: z.string().nullable() });
const ready = z.object({ model: z.string() });

const isCode = (code: string): code is ErrorCode => Object.hasOwn(catalogue, code);
const errorBody = z.object({ error: z.object({ code: z.string().refine(isCode), message: z.string() }) });

export function openGalleryClient(server: string, key: string | undefined, signal: AbortSignal): GalleryClient {
  const headers: HeadersInit = key === undefined ? {} : { Authorization: `Bearer ${key}` };
  const root = server.endsWith('/') ? server : `${server}/`;
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    for (let tries = 1; ; tries++) {
      const response = await fetch(new URL(path, root), { ...init, headers, signal });
      if (!BUSY.has(response.status) || tries === TRIES) return response;
      await response.body?.cancel();
      const wait = Math.min(LONGEST_WAIT, Number(response.headers.get('retry-after') ?? 1) || 1);
      await sleep(1000 * wait, undefined, { signal });
    }
  };
  const read = async <T>(path: string, shape: z.ZodType<T>): Promise<T> => {
    const response = await ask(path, {});
    if (!response.ok) throw await errorOf(response);
    const body = shape.safeParse(await response.json());
    if (!body.success) throw new HoldfastError('INTERNAL', `the server answered ${path} with something else`);
    return body.data;
  };
  return {
    served: async () => (await read('readyz', ready)).model,
    async *records() {
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const from = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
        const { images, next }: z.output<typeof page> = await read(`images?limit=${PAGE}${from}`, page);
        yield* images;
        cursor = next;
      }
    },
    async image(id) {
      const response = await ask(imagePath(id), {});
      if (response.ok) return new Uint8Array(await response.arrayBuffer());
      const error = await errorOf(response);
      if (error.code === 'RECORD_UNKNOWN') return undefined;
      throw error;
    },
    async add(picture) {
      const there = await ask(imagePath(picture.id), { method: 'HEAD' });
      // Asked first, for a job that is begun again has sent many of its pictures already.
      if (there.ok) return 'present';
      const response = await ask('images', { method: 'POST', body: formOf(picture) });
      if (response.ok) {
        await response.body?.cancel();
        return 'added';
      }
      const error = await errorOf(response);
      if (error.code === 'RECORD_EXISTS') return 'present';
      throw error;
    },
  };
}

function imagePath(id: string): string {
  return `images/${encodeURIComponent(id)}`;
}

function formOf({ path, id, label, metadata }: Picture): FormData {
  const form = new FormData();
  form.set('id', id);
  if (label !== null) form.set('label', label);
  form.set('metadata', JSON.stringify(metadata));
  form.set('image', new Blob([readFileSync(path)]), basename(path));
  return form;
}

async function errorOf(response: Response): Promise<HoldfastError> {
  const body = errorBody.safeParse(await response.json().catch(() => undefined));
  if (!body.success) return new HoldfastError('INTERNAL', `the server answered with status ${response.status}`);
  return new HoldfastError(body.data.error.code, body.data.error.message);
}
