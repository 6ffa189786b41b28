import { chmodSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { HoldfastError } from '../../base/errors.ts';
import { hashSecret, keyText, matches, newKey, parseKey } from './key-text.ts';
import { type Role, roles } from './roles.ts';

/** What is known of a key; the key itself is not. */
export interface KeyInfo {
  readonly id: string;
  /** What it is for, in the operator's words. */
  readonly name: string;
  readonly roles: readonly Role[];
  /** Points a minute; the server's limit when null. */
  readonly rate: number | null;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly revokedAt: string | null;
}

export type NewKey = Pick<KeyInfo, 'name' | 'roles' | 'rate'>;

/** The keys of a data folder. What another process writes counts from the next call on. */
export interface KeyStore {
  /** Whether there ever was a key: from then on one is needed, also when all are revoked. */
  configured(): boolean;
  /** The key that a client sent, if it is one and not revoked. */
  find(text: string): KeyInfo | undefined;
  /** Makes a key. Its text is told this once. */
  create(key: NewKey): { readonly text: string; readonly id: string };
  list(): KeyInfo[];
  /** Whether there was such a key that was not revoked yet. */
  revoke(id: string): boolean;
  close(): void;
}

const row = z.object({
  id: z.string(),
  name: z.string(),
  roles: z.string().transform((text, context) => {
    const parsed = z.array(z.enum(roles)).safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    context.addIssue({ code: 'custom', message: `roles: ${text}` });
    return z.NEVER;
  }),
  rate: z.number().int().positive().nullable(),
  createdAt: z.string(),
  revokedAt: z.string().nullable(),
  hash: z.instanceof(Uint8Array),
});

const SCHEMA = `CREATE TABLE IF NOT EXISTS keys (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, roles TEXT NOT NULL, rate INTEGER,
  createdAt TEXT NOT NULL, revokedAt TEXT, hash BLOB NOT NULL
) STRICT`;
/** How long a call waits for another process that writes. */
const BUSY_MILLISECONDS = 2_000;

/** The file of the keys in a data folder. */
export function keyFile(data: string): string {
  return join(data, 'keys.sqlite');
}

/** Opens the keys of a file, or makes an empty one; `:memory:` keeps them in memory. @throws HoldfastError KEYS_UNUSABLE */
export function openKeyStore(path: string): KeyStore {
  return named(path, () => {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
    const database = new Database(path, { timeout: BUSY_MILLISECONDS });
    database.exec(SCHEMA);
    if (path !== ':memory:') chmodSync(path, 0o600);
    return storeOf(path, database);
  });
}

function storeOf(path: string, database: Database.Database): KeyStore {
  const any = database.prepare('SELECT 1 FROM keys LIMIT 1');
  const one = database.prepare('SELECT * FROM keys WHERE id = ?');
  const all = database.prepare('SELECT * FROM keys ORDER BY createdAt, id');
  const insert = database.prepare('INSERT INTO keys VALUES (?, ?, ?, ?, ?, NULL, ?)');
  const end = database.prepare('UPDATE keys SET revokedAt = ? WHERE id = ? AND revokedAt IS NULL');
  const now = (): string => new Date().toISOString();
  let everMade = false;
  // What an unknown name is compared with, so that it takes as long as a known one.
  const nobody = hashSecret('');

  return {
    configured() {
      // None is ever deleted: what was once found need not be looked for at each request.
      everMade ||= named(path, () => any.get() !== undefined);
      return everMade;
    },
    find(text) {
      const parts = parseKey(text);
      if (parts === undefined) return undefined;
      const found = named(path, () => one.get(parts.id));
      const { hash, ...info } = found === undefined ? { hash: nobody } : named(path, () => row.parse(found));
      const right = matches(parts.secret, hash);
      return right && 'id' in info && info.revokedAt === null ? info : undefined;
    },
    create({ name, roles: granted, rate }) {
      const parts = newKey();
      const values = [parts.id, name, JSON.stringify(granted), rate, now(), hashSecret(parts.secret)];
      named(path, () => insert.run(...values));
      return { text: keyText(parts), id: parts.id };
    },
    list: () => named(path, () => all.all().map((found) => withoutHash(row.parse(found)))),
    revoke: (id) => named(path, () => end.run(now(), id).changes > 0),
    close: () => database.close(),
  };
}

function withoutHash({ hash: _hash, ...info }: z.infer<typeof row>): KeyInfo {
  return info;
}

function named<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new HoldfastError('KEYS_UNUSABLE', `${path}: ${why}`, { cause });
  }
}
