import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fire } from '../../../bench/server/fire.ts';
import { addition, everyAttack, idQuery, probe, search, upload } from '../../../bench/server/requests.ts';
import { attackNames } from '../../../server/model/types.ts';
import { testApp } from '../../server/support/app.ts';
import { png } from '../../server/support/pictures.ts';

describe('the requests of the bench', () => {
  it('are understood by the server', async () => {
    const { app } = testApp();
    const picture = await png('a');
    const post = async ({ path, headers, body }: ReturnType<typeof search>) =>
      request(app)
        .post(path)
        .set(headers)
        // A buffer would be written as JSON itself.
        .send(headers['content-type'] === 'application/json' ? body?.toString() : body);
    const added = await post(addition(picture));
    expect(added.status).toBe(201);
    expect((await post(idQuery(added.body.id))).body.results).toHaveLength(1);
    expect((await post(search(picture))).body.results[0].distance).toBeCloseTo(0, 5);
    expect((await post(probe(picture, 2))).body.attacks[0].steps).toBe(2);
    await post(upload('/images', await png('b'), { label: 'another' }));
    expect((await post(everyAttack(picture))).body).toMatchObject({
      attacks: attackNames.map((attack) => ({ attack })),
    });
  });
});

describe('a load', () => {
  let server: Server;
  let seen: string[];
  let onRequest: () => void;
  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  beforeEach(async () => {
    seen = [];
    onRequest = () => {};
    server = createServer((incoming, response) => {
      seen.push(`${incoming.method} ${incoming.url}`);
      onRequest();
      response.statusCode = seen.length % 2 === 0 ? 503 : 200;
      incoming.resume().once('end', () => response.end('{}'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  /** Is aborted when so many requests have come. */
  function abortedAfter(count: number): AbortSignal {
    const stop = new AbortController();
    onRequest = () => {
      if (seen.length === count) stop.abort();
    };
    return stop.signal;
  }

  it('goes through the requests, and gives every answer with its status and time', async () => {
    const answers = await fire(url(), [search(Buffer.from('a')), idQuery('b')], {
      ...{ seconds: 60, connections: 1, rate: 10 },
      signal: abortedAfter(4),
    });
    expect(answers.slice(0, 3).map(({ status }) => status)).toEqual([200, 503, 200]);
    for (const { milliseconds } of answers) expect(milliseconds).toBeGreaterThanOrEqual(0);
    expect(seen.slice(0, 2)).toEqual(['POST /search?k=10', 'POST /search']);
  });

  it('can be ended', async () => {
    await fire(url(), [idQuery('b')], { seconds: 10_000, connections: 1, rate: 5, signal: abortedAfter(1) });
    expect(seen.length).toBeGreaterThan(0);
  });
});
