import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Certificate } from '../../../support/certificate.ts';
import { freePort } from '../../../support/free-port.ts';
import type { TestDatabase } from './pglite.ts';

const INSTALLED = '/usr/lib/postgresql';

/** The folder of PostgreSQL's programs, the newest that Debian has installed. */
function programs(): string | undefined {
  if (!existsSync(INSTALLED)) return undefined;
  const versions = readdirSync(INSTALLED).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(INSTALLED, version, 'bin')).find((bin) => existsSync(join(bin, 'postgres')));
}

/** Whether there is a PostgreSQL to test with. Says so when there is none, and refuses to go on without it in CI. */
export function hasPostgres(): boolean {
  if (programs() !== undefined) return true;
  const message = 'left out: tests with PostgreSQL, which is not installed (Debian: apt-get install postgresql)\n';
  if (process.env.CI) throw new Error(message);
  process.stderr.write(message);
  return false;
}

/** Starts a PostgreSQL of its own on a free loopback port, in a folder that goes with it. @param tls whose TLS it offers. */
export async function startPostgres(tls?: Certificate): Promise<TestDatabase> {
  const bin = programs();
  if (bin === undefined) throw new Error('PostgreSQL is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-postgres-'));
  const user = unprivileged();
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const options = ['--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'];
  const made = spawnSync(join(bin, 'initdb'), ['-D', data, ...options], { ...user, cwd: folder });
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off', 'shared_buffers=16MB'];
  if (tls !== undefined) settings.push('ssl=on', ...offer(tls, folder, user));
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, '-p', String(port), ...settings.flatMap((one) => ['-c', one])],
    {
      ...user,
      cwd: folder,
    },
  );
  await ready(server);
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async stop() {
      const ended = once(server, 'exit');
      // Ends the connections that are left.
      server.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

/** The settings for copies of the files: PostgreSQL wants the key to be its own, and nobody else's. */
function offer({ certificate, key }: Certificate, folder: string, user: User | undefined): string[] {
  const copies = { ssl_cert_file: certificate, ssl_key_file: key };
  return Object.entries(copies).map(([setting, file]) => {
    const copy = join(folder, basename(file));
    copyFileSync(file, copy);
    chmodSync(copy, 0o600);
    if (user !== undefined) chownSync(copy, user.uid, user.gid);
    return `${setting}=${copy}`;
  });
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root; Debian's package has made a user for it. */
function unprivileged(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string): number => Number(spawnSync('id', [flag, 'postgres']).stdout);
  return { uid: idOf('-u'), gid: idOf('-g') };
}

function ready(server: ChildProcess): Promise<void> {
  let said = '';
  return new Promise((resolve, reject) => {
    server.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('database system is ready to accept connections')) resolve();
    });
    void once(server, 'exit').then(() => reject(new Error(`postgres ended:\n${said}`)));
  });
}
