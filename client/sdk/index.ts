/**
 * The typed SDK of the HTTP interface; see docs/api.md.
 *
 *     const client = new HoldfastClient('http://127.0.0.1:8080');
 *     const { results } = await client.search(await readFile('query.png'), { k: 3 });
 */
export type * from './audit.ts';
export { HoldfastClient } from './client.ts';
export { type ErrorDetails, HoldfastApiError } from './error.ts';
export type { ImageSource } from './form.ts';
export type * from './probe.ts';
export type { Snapshot } from './snapshot.ts';
export type { CallOptions, ClientOptions } from './transport.ts';
export type * from './types.ts';
