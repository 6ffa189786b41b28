import { z } from 'zod';
import { catalogue, type ErrorCode, HoldfastError } from '../../../../base/errors.ts';

const isCode = (code: string): code is ErrorCode => Object.hasOwn(catalogue, code);
const error = z.object({ code: z.string().refine(isCode), message: z.string() });
const promotion = z.object({
  version: z.string(),
  state: z.enum(['embedding', 'checking', 'done', 'failed', 'cancelled']),
  share: z.number(),
  error: error.nullable(),
});
const state = z.object({ serving: z.string(), previous: z.string().nullable(), promotion: promotion.nullable() });

/** The models of a server. Every method throws HoldfastError as the server answered, and Error when it cannot be reached. */
export interface ModelsClient {
  state(): Promise<z.output<typeof state>>;
  promote(version: string, options: object): Promise<void>;
  /** Cancels the promotion that goes on, if there is one. */
  cancel(): Promise<void>;
}

/** @param key one with the role `operator`, where the server has keys */
export function openModelsClient(server: string, key: string | undefined): ModelsClient {
  const headers = key === undefined ? undefined : { Authorization: `Bearer ${key}` };
  const root = server.endsWith('/') ? server : `${server}/`;
  const ask = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const response = await fetch(new URL(path, root), { ...init, headers: { ...headers, ...init.headers } });
    const body: unknown = await response.json().catch(() => undefined);
    if (response.ok) return body;
    const told = z.object({ error }).safeParse(body).data?.error;
    throw new HoldfastError(told?.code ?? 'INTERNAL', told?.message ?? `the server answered with ${response.status}`);
  };
  return {
    state: async () => state.parse(await ask('models')),
    async promote(version, options) {
      const json = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(options) };
      await ask(`models/${encodeURIComponent(version)}/promote`, json);
    },
    async cancel() {
      await ask('models/promotion', { method: 'DELETE' }).catch((cause: unknown) => {
        // There was none any more.
        if (!(cause instanceof HoldfastError) || cause.code !== 'REQUEST_INVALID') throw cause;
      });
    },
  };
}
