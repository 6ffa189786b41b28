import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../../index/shared/postgres/database.ts';
import { startNode, type TestNode } from '../../index/shared/redis/support/node.ts';
import { redis8 } from '../../index/shared/redis/support/server.ts';
import type { TestDatabase } from '../../index/shared/support/pglite.ts';
import { hasPostgres, startPostgres } from '../../index/shared/support/postgres.ts';
import { rejectionOf } from '../../index/support/galleries.ts';
import { scriptArguments } from '../../support/bundles/bundled.ts';
import { type Certificate, hasOpenssl, makeCertificate, trusting } from '../../support/certificate.ts';
import { freePort } from '../../support/free-port.ts';
import { hasRedis, startRedis, type TestRedis } from '../jobs/support/redis.ts';

const openssl = hasOpenssl();
const run = promisify(execFile);

/** What a process says that connects to Redis. @param trusted a certificate that it goes by beside the usual ones. */
async function connected(kind: 'cluster' | 'queue', address: string, trusted?: string): Promise<string> {
  const script = join('test', 'support', 'tls-client.ts');
  const environment = trusted === undefined ? process.env : trusting(trusted);
  const { stdout } = await run(process.execPath, [...scriptArguments(script), kind, address], { env: environment });
  return stdout;
}

let own: Certificate;
let other: Certificate;
beforeAll(() => {
  if (!openssl) return;
  own = makeCertificate();
  other = makeCertificate();
});
afterAll(() => {
  own?.remove();
  other?.remove();
});

describe.runIf(openssl && hasPostgres())('PostgreSQL over TLS', () => {
  let server: TestDatabase;
  const open: Database[] = [];
  beforeAll(async () => {
    server = await startPostgres(own);
  });
  afterAll(async () => {
    for (const database of open) await database.close();
    await server.stop();
  });
  const connect = (options: string): Database => {
    const database = openDatabase(`${server.url}?${options}`, 1);
    open.push(database);
    return database;
  };
  const isEncrypted = (database: Database): Promise<{ ssl: boolean }[]> =>
    database.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');

  it('is spoken when the URL asks for it, and the server has the certificate that is trusted', async () => {
    expect(await isEncrypted(connect(`sslmode=verify-full&sslrootcert=${own.certificate}`))).toEqual([{ ssl: true }]);
  });

  it('is spoken with anybody by sslmode=no-verify', async () => {
    expect(await isEncrypted(connect('sslmode=no-verify'))).toEqual([{ ssl: true }]);
  });

  it('is not spoken by sslmode=disable', async () => {
    expect(await isEncrypted(connect('sslmode=disable'))).toEqual([{ ssl: false }]);
  });

  it.each([
    ['nobody vouches for', () => 'sslmode=verify-full'],
    ['another certificate does not vouch for', () => `sslmode=verify-full&sslrootcert=${other.certificate}`],
  ])('is refused with a server that %s', async (_, options) => {
    const error = await rejectionOf(isEncrypted(connect(options())));
    expect(error.code).toBe('STORE_UNAVAILABLE');
    expect(error.message).toMatch(/certificate/);
  });

  it('is refused when the file of the certificate is not there', async () => {
    const error = await rejectionOf(isEncrypted(connect('sslmode=verify-full&sslrootcert=/nowhere/ca.pem')));
    expect(error.code).toBe('STORE_UNAVAILABLE');
    expect(error.message).toContain('/nowhere/ca.pem');
  });
});

const tlsOptions = (port: number): string[] => [
  ...['--tls-port', `${port}`, '--tls-auth-clients', 'no'],
  ...['--tls-cert-file', own.certificate, '--tls-key-file', own.key, '--tls-ca-cert-file', own.certificate],
];

describe.runIf(openssl && redis8() !== undefined)('a Redis Cluster over TLS', () => {
  let node: TestNode;
  let port: number;
  beforeAll(async () => {
    port = await freePort();
    node = await startNode(String(redis8()), tlsOptions(port));
    await node.client().call('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383);
  });
  afterAll(() => node.stop());

  it('is reached by rediss:// when its certificate is trusted', async () => {
    expect(await connected('cluster', `rediss://127.0.0.1:${port}`, own.certificate)).toBe('OK');
  });

  it('is refused when it is not, or by redis://', async () => {
    expect(await connected('cluster', `rediss://127.0.0.1:${port}`)).toMatch(/^STORE_UNAVAILABLE /);
    expect(await connected('cluster', `redis://127.0.0.1:${port}`)).toMatch(/^STORE_UNAVAILABLE /);
  });
});

describe.runIf(openssl && hasRedis())('the Redis of a queue over TLS', () => {
  let redis: TestRedis;
  let port: number;
  beforeAll(async () => {
    port = await freePort();
    redis = await startRedis(...tlsOptions(port));
  });
  afterAll(() => redis.stop());

  it('is reached by rediss:// when its certificate is trusted', async () => {
    expect(await connected('queue', `rediss://127.0.0.1:${port}`, own.certificate)).toBe('OK');
  });

  it('is refused when it is not, or by redis://', async () => {
    expect(await connected('queue', `rediss://127.0.0.1:${port}`)).toMatch(/^QUEUE_UNAVAILABLE /);
    expect(await connected('queue', `redis://127.0.0.1:${port}`)).toMatch(/^QUEUE_UNAVAILABLE /);
  });
});
