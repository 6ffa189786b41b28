export { createLoader } from './loader.ts';
export type { Loader, LoaderOptions } from './types.ts';
