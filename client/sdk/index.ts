/** The typed SDK of the HTTP interface; see docs/api.md. */
export { HoldfastClient } from './client.ts';
export { type ErrorDetails, HoldfastApiError } from './error.ts';
export type { ImageSource } from './form.ts';
export type { CallOptions, ClientOptions } from './transport.ts';
export type * from './types.ts';
