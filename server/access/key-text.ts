import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** The two parts of a key: who it is, and the proof. Only a hash of the proof is stored. */
export interface KeyParts {
  readonly id: string;
  readonly secret: string;
}

const FORM = /^hf_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;

/** A new key: 48 bits of name, 256 of secret. */
export function newKey(): KeyParts {
  return { id: randomBytes(6).toString('hex'), secret: randomBytes(32).toString('base64url') };
}

/** As a client sends it. */
export function keyText({ id, secret }: KeyParts): string {
  return `hf_${id}_${secret}`;
}

/** The parts of a text; undefined when it is no key. */
export function parseKey(text: string): KeyParts | undefined {
  const [, id, secret] = FORM.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/** One pass of SHA-256: nobody guesses 256 random bits, so a slow hash would only slow the server down. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Whether the hash is that of the secret, in a time that does not tell how much of it is. */
export function matches(secret: string, hash: Uint8Array): boolean {
  return timingSafeEqual(hashSecret(secret), hash);
}
