import { afterAll, beforeAll } from 'vitest';
import { type Database, openDatabase } from '../../../../index/shared/postgres/database.ts';
import type { TestDatabase } from './pglite.ts';

/** Gives the database of the tests around the call: there before them, gone after them. */
export function databaseForTests(start: () => Promise<TestDatabase>, connections?: number): () => Database {
  let server: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    server = await start();
    database = openDatabase(server.url, connections);
  });
  afterAll(async () => {
    await database.close();
    await server.stop();
  });
  return () => database;
}
