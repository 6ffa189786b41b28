import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { writeFileAtomic } from '../../../base/files.ts';

/** Files of different lengths in one, with a hash over everything. */
export interface Pack {
  readonly header: unknown;
  readonly parts: readonly Uint8Array[];
}

const MAGIC = 'HFPACK1\n';
const HASH_LENGTH = 32;

const sha256 = (...chunks: Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest();
};

/** Layout: magic, SHA-256 of the rest, length of the header, header, parts one after the other. */
export function writePack(path: string, { header, parts }: Pack): void {
  const json = Buffer.from(JSON.stringify({ header, lengths: parts.map((part) => part.length) }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  const body = [length, json, ...parts];
  writeFileAtomic(path, MAGIC, sha256(...body), ...body);
}

/** Reads a pack; undefined where there is none, or where it is damaged and has to be made anew. */
export function readPack(path: string): Pack | undefined {
  if (!existsSync(path)) return undefined;
  const bytes = readFileSync(path);
  const start = MAGIC.length + HASH_LENGTH;
  if (bytes.length < start + 4 || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
  if (!sha256(bytes.subarray(start)).equals(bytes.subarray(MAGIC.length, start))) return undefined;
  // The hash was right: what follows is as it was written.
  const headerEnd = start + 4 + bytes.readUInt32LE(start);
  const { header, lengths } = JSON.parse(bytes.toString('utf8', start + 4, headerEnd)) as {
    header: unknown;
    lengths: number[];
  };
  let at = headerEnd;
  const parts = lengths.map((length) => {
    at += length;
    return bytes.subarray(at - length, at);
  });
  return { header, parts };
}
