import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { freePort } from '../../../support/free-port.ts';

export interface TestDatabase {
  readonly url: string;
  stop(): Promise<void>;
}

/** PostgreSQL in WebAssembly with pgvector, in memory, behind a port on loopback. It is one session: one connection at a time. */
export async function startPglite(): Promise<TestDatabase> {
  const db = await PGlite.create({ extensions: { vector } });
  const port = await freePort();
  const server = new PGLiteSocketServer({ db, port, host: '127.0.0.1', maxConnections: 4 });
  await server.start();
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres?sslmode=disable`,
    async stop() {
      await server.stop();
      await db.close();
    },
  };
}
