import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import { keyFile, openKeyStore } from '../../../server/access/key-store.ts';
import { hashSecret, keyText, matches, newKey, parseKey } from '../../../server/access/key-text.ts';

const data = mkdtempSync(join(tmpdir(), 'holdfast-keys-'));
afterAll(() => rmSync(data, { recursive: true }));
const searcher = { name: 'shop', roles: ['search'], rate: null } as const;

describe('the text of a key', () => {
  it('has a name and a secret, which are read back from it', () => {
    const key = newKey();
    expect(parseKey(keyText(key))).toEqual(key);
    expect(keyText(key)).toMatch(/^hf_[0-9a-f]{12}_[A-Za-z0-9_-]{43}$/);
    expect(newKey().secret).not.toBe(key.secret);
  });

  it('is nothing else', () => {
    const text = keyText(newKey());
    for (const wrong of ['', 'hf_', text.slice(1), `${text}a`, text.toUpperCase(), ` ${text}`, `${text}\n`]) {
      expect(parseKey(wrong)).toBeUndefined();
    }
  });

  it('matches its own hash only', () => {
    const [one, two] = [newKey(), newKey()];
    expect(matches(one.secret, hashSecret(one.secret))).toBe(true);
    expect(matches(one.secret, hashSecret(two.secret))).toBe(false);
  });
});

describe('the keys of a data folder', () => {
  it('are found by their text, with name, roles and rate', () => {
    const store = openKeyStore(':memory:');
    const { text, id } = store.create({ name: 'shop', roles: ['search', 'ingest'], rate: 60 });
    expect(store.find(text)).toEqual({
      id,
      name: 'shop',
      roles: ['search', 'ingest'],
      rate: 60,
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      revokedAt: null,
    });
    const other = keyText({ id, secret: newKey().secret });
    for (const wrong of [other, keyText(newKey()), 'hf_1', '']) expect(store.find(wrong)).toBeUndefined();
    store.close();
  });

  it('are needed from the first one on, also when all are revoked', () => {
    const store = openKeyStore(':memory:');
    expect(store.configured()).toBe(false);
    const { text, id } = store.create(searcher);
    expect(store.configured()).toBe(true);
    expect(store.revoke(id)).toBe(true);
    expect(store.revoke(id)).toBe(false);
    expect(store.find(text)).toBeUndefined();
    expect(store.configured()).toBe(true);
    expect(store.list()).toEqual([expect.objectContaining({ id, revokedAt: expect.any(String) })]);
    store.close();
  });

  it('are on disk as hashes, in a file for its owner alone', () => {
    const path = keyFile(join(data, 'new', 'folder'));
    const store = openKeyStore(path);
    const { text } = store.create(searcher);
    const [, , secret = ''] = /^hf_(\w{12})_(.*)$/.exec(text) ?? [];
    for (const name of readdirSync(join(path, '..'))) {
      expect(readFileSync(join(path, '..', name)).includes(secret)).toBe(false);
    }
    expect(statSync(path).mode & 0o777).toBe(0o600);
    store.close();
    const again = openKeyStore(path);
    expect(again.find(text)?.name).toBe('shop');
    again.close();
  });

  it('stay needed where they are deleted from the file behind its back', () => {
    const path = keyFile(join(data, 'emptied'));
    const store = openKeyStore(path);
    const { text } = store.create(searcher);
    expect(store.configured()).toBe(true);
    new Database(path).exec('DELETE FROM keys').close();
    expect(store.configured()).toBe(true);
    expect(store.find(text)).toBeUndefined();
    store.close();
  });

  it('that another process makes or revokes count at once', () => {
    const path = keyFile(data);
    const [server, command] = [openKeyStore(path), openKeyStore(path)];
    expect(server.configured()).toBe(false);
    const { text, id } = command.create(searcher);
    expect(server.configured()).toBe(true);
    expect(server.find(text)?.id).toBe(id);
    command.revoke(id);
    expect(server.find(text)).toBeUndefined();
    server.close();
    command.close();
  });

  it('are refused when their file is none, or holds what it should not', () => {
    const path = join(data, 'damaged.sqlite');
    writeFileSync(path, 'no database at all, but long enough to be looked at as one'.repeat(20));
    expect(() => openKeyStore(path)).toThrow(expect.objectContaining({ code: 'KEYS_UNUSABLE' }));
    expect(() => openKeyStore(join(data, 'damaged.sqlite', 'below'))).toThrow(
      expect.objectContaining({ code: 'KEYS_UNUSABLE' }),
    );
  });
});
