import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../../../base/errors.ts';
import { readStoreOptions } from '../../../server/stores/options.ts';

const RECORDS = 'postgres://user:secret@db:5432/holdfast';
const KEYS = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };

function messageOf(given: Parameters<typeof readStoreOptions>[0], environment = {}): string {
  try {
    readStoreOptions(given, environment);
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'OPTION_INVALID') return error.message;
    throw error;
  }
  throw new Error('it was taken');
}

describe('the stores of a server', () => {
  it('are in the data folder when nothing is said', () => {
    expect(readStoreOptions({}, {})).toBeUndefined();
    expect(readStoreOptions({}, { HOLDFAST_RECORDS: '' })).toBeUndefined();
  });

  it('are shared with records in PostgreSQL, named by an option or the environment', () => {
    expect(readStoreOptions({ records: RECORDS }, {})?.records).toBe(RECORDS);
    const environment = {
      HOLDFAST_RECORDS: 'postgresql:///other',
      HOLDFAST_VECTORS: 'pgvector',
      HOLDFAST_IMAGES: 'records',
    };
    expect(readStoreOptions({}, environment)?.records).toBe('postgresql:///other');
    expect(readStoreOptions({ records: RECORDS }, environment)?.records).toBe(RECORDS);
  });

  it.each(['records', '/mnt/pictures', 's3://bucket', 's3://bucket/', 's3://bucket/a/b'])(
    'has pictures in %s',
    (images) => {
      expect(readStoreOptions({ records: RECORDS, images }, KEYS)).toBeDefined();
    },
  );

  it.each(['pgvector', 'redis://a:7000,b:7001', 'rediss://user:word@a/?shards=12'])('has vectors in %s', (vectors) => {
    expect(readStoreOptions({ records: RECORDS, vectors }, {})).toBeDefined();
  });

  it('names what is wrong, and no password', () => {
    expect(messageOf({ vectors: 'pgvector' })).toContain('--records');
    expect(messageOf({ images: '/mnt/a' })).toContain('--records');
    for (const records of ['mysql://user:secret@db/a', 'secret', 'postgres//secret']) {
      expect(messageOf({ records })).toMatch(/^--records: must be like postgres:/);
      expect(messageOf({ records })).not.toContain('secret');
    }
    expect(messageOf({ records: RECORDS, vectors: 'faiss' })).toMatch(/--vectors.*pgvector.*redis:/);
    expect(messageOf({ records: RECORDS, images: 'pictures' })).toMatch(/--images.*records.*s3:/);
    expect(messageOf({ records: RECORDS, images: 's3://UPPER' }, KEYS)).toContain('s3://UPPER');
    expect(messageOf({ records: RECORDS, images: 's3://bucket/../x/' + '%' }, KEYS)).toContain('s3://bucket');
    expect(messageOf({ records: RECORDS, images: 's3://bucket' })).toContain('AWS_ACCESS_KEY_ID');
    expect(messageOf({ records: RECORDS, images: 's3://bucket' }, { ...KEYS, AWS_ENDPOINT_URL_S3: 'here' })).toContain(
      'AWS_ENDPOINT_URL_S3',
    );
  });
});
