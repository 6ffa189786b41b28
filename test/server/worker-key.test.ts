import { describe, expect, it } from 'vitest';
import { openKeyStore } from '../../server/access/key-store.ts';
import { keyText, newKey } from '../../server/access/key-text.ts';
import { withWorkerKey } from '../../server/access/worker-key.ts';

describe('the key of the own worker', () => {
  const store = openKeyStore(':memory:');
  const { text: other } = store.create({ name: 'other', roles: ['search'], rate: null });
  const { keys, text } = withWorkerKey(store);

  it('adds pictures and promotes models, and does not attack', () => {
    expect(keys.find(text)).toMatchObject({ name: 'worker', roles: ['ingest', 'operator'], revokedAt: null });
  });

  it('leaves the other keys as they are, and is not stored', () => {
    expect(keys.find(other)).toMatchObject({ name: 'other' });
    expect(keys.list().map(({ name }) => name)).toEqual(['other']);
    expect(store.find(text)).toBeUndefined();
  });

  it('is not known by its name alone', () => {
    const [, id = ''] = text.split('_');
    expect(keys.find(keyText({ ...newKey(), id }))).toBeUndefined();
    expect(keys.find('hf_')).toBeUndefined();
  });

  it('makes no keys needed where there are none', () => {
    expect(withWorkerKey(openKeyStore(':memory:')).keys.configured()).toBe(false);
  });
});
