import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { catalogue, type ErrorCode, HoldfastError } from '../../../../base/errors.ts';
import type { Picture } from './sources.ts';

/** Adds pictures to the gallery of a server. */
export interface GalleryClient {
  /** @throws the signal's reason; HoldfastError as the server answered; Error when it cannot be reached. */
  add(picture: Picture): Promise<'added' | 'present'>;
}

/** How often a busy server is asked again, and the longest wait between, in seconds. */
const TRIES = 8;
const LONGEST_WAIT = 60;

const BUSY: ReadonlySet<number> = new Set([429, 503]);

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
  return {
    async add(picture) {
      const there = await ask(`images/${encodeURIComponent(picture.id)}`, { method: 'HEAD' });
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
