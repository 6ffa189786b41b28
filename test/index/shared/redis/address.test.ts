import { describe, expect, it } from 'vitest';
import { parseRedisAddress } from '../../../../index/shared/redis/address.ts';
import { errorOf } from '../../support/galleries.ts';

describe('the address of a Redis Cluster', () => {
  it('names servers, and has the rest as usual', () => {
    expect(parseRedisAddress('redis://a:1,b.example:2,[::1]:3,c')).toEqual({
      nodes: [
        { host: 'a', port: 1 },
        { host: 'b.example', port: 2 },
        { host: '::1', port: 3 },
        { host: 'c', port: 6379 },
      ],
      username: undefined,
      password: undefined,
      tls: false,
      shards: 6,
      replicas: 1,
      quantisation: 'int8',
    });
  });

  it('takes a login, TLS and how the gallery is kept', () => {
    const address = parseRedisAddress('rediss://me:p%40ss:word@a:1/?shards=12&replicas=0&quantisation=none');
    expect(address).toMatchObject({ username: 'me', password: 'p@ss:word', tls: true });
    expect(address).toMatchObject({ shards: 12, replicas: 0, quantisation: 'none' });
    expect(parseRedisAddress('redis://:word@a:1')).toMatchObject({ username: undefined, password: 'word' });
  });

  it.each([
    ['http://a:1', 'redis://host:port'],
    ['redis://', 'redis://host:port'],
    ['redis://a:1,', '""'],
    ['redis://a:x', '"a:x"'],
    ['redis://%ff:secret@a:1', 'percent-encoded'],
    ['redis://a:1?shards=0', 'shards'],
    ['redis://a:1?shards=1.5', 'shards'],
    ['redis://a:1?replicas=-1', 'replicas'],
    ['redis://a:1?quantisation=binary', 'quantisation'],
    ['redis://a:1?shard=6', 'shard'],
  ])('%s is refused', (text, what) => {
    const error = errorOf(() => parseRedisAddress(text));
    expect(error.code).toBe('OPTION_INVALID');
    expect(error.message).toContain(what);
    expect(error.message).not.toContain('secret');
  });
});
