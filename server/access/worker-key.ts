import type { KeyInfo, KeyStore } from './key-store.ts';
import { hashSecret, keyText, matches, newKey, parseKey } from './key-text.ts';

/** More than a worker can use up. */
const POINTS = 1_000_000_000;

/**
 * The keys with one more: that of the server's own worker, which may add pictures and promote models. It lives as long as the process and is
 * stored nowhere.
 */
export function withWorkerKey(keys: KeyStore): { readonly keys: KeyStore; readonly text: string } {
  const own = newKey();
  const hash = hashSecret(own.secret);
  const info: KeyInfo = {
    ...{ id: own.id, name: 'worker', roles: ['ingest', 'operator'], rate: POINTS },
    ...{ createdAt: new Date().toISOString(), revokedAt: null },
  };
  const find = (text: string): KeyInfo | undefined => {
    const parts = parseKey(text);
    if (parts?.id !== own.id) return keys.find(text);
    return matches(parts.secret, hash) ? info : undefined;
  };
  return { keys: { ...keys, find }, text: keyText(own) };
}
