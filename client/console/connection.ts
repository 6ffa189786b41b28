import { HoldfastClient } from '../sdk/index.ts';
import { storedKey } from './key.ts';

/** The server that the page came from, with the key of this tab. */
export function connect(): HoldfastClient {
  return new HoldfastClient(location.origin, { key: storedKey });
}
