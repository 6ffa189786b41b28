import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import request from 'supertest';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { HoldfastError } from '../../base/errors.ts';
import { clientGone } from '../../server/http/abort.ts';
import { errorHandler } from '../../server/http/errors.ts';
import { flag, oneOf, readFields, recordId, wholeNumber } from '../../server/http/fields.ts';
import { commonHeaders } from '../../server/http/headers.ts';
import { startStopwatch } from '../../server/http/stopwatch.ts';
import { listen, stopListening } from '../../server/listen.ts';
import { eventually } from '../support/eventually.ts';
import { memoryLog } from './support/log.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});
function made(handler: express.RequestHandler): Server {
  const server = createServer(express().use(handler));
  servers.push(server);
  return server;
}
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('the fields of a request', () => {
  const schema = z.strictObject({
    k: wholeNumber(1, 100).default(10),
    exact: flag().default(false),
    attack: oneOf(['es', 'qa+']).optional(),
    id: recordId().optional(),
  });
  const app = express();
  app.set('query parser', 'simple');
  app.get('/', (incoming, response) => {
    response.json(readFields(schema, incoming));
  });
  app.use(errorHandler(memoryLog().log));
  const read = async (query: string) => (await request(app).get(`/?${query}`)).body;

  it('have defaults', async () => {
    expect(await read('')).toEqual({ k: 10, exact: false });
  });

  it.each([
    ['k=1', { k: 1 }],
    ['k=100', { k: 100 }],
    ['k=007', { k: 7 }],
    ['exact=true', { exact: true }],
    ['attack=qa%2B', { attack: 'qa+' }],
    ['id=a.b-c_d:e', { id: 'a.b-c_d:e' }],
    [`id=${'a'.repeat(128)}`, { id: 'a'.repeat(128) }],
  ])('are read from %s', async (query, expected) => {
    expect(await read(query)).toMatchObject(expected);
  });

  it.each([
    'k=+1',
    'k=1e1',
    'k=%20 1',
    'k=9999999999',
    'k=NaN',
    'exact=TRUE',
    'exact=',
    'attack=qa+',
    'id=',
    'id=-a',
    'id=a%00b',
    'id=a%0A',
  ])('are not read from %s', async (query) => {
    expect((await read(query)).error.code).toBe('REQUEST_INVALID');
  });

  it('that are wrong are all named at once', async () => {
    const { error } = await read('k=0&exact=maybe&what=1');
    for (const word of ['k:', 'exact:', 'what']) expect(error.message).toContain(word);
  });
});

describe('an error', () => {
  const answer = async (error: unknown) => {
    const logged = memoryLog();
    const app = express();
    app.use(commonHeaders, () => {
      throw error;
    });
    app.use(errorHandler(logged.log));
    return { response: await request(app).get('/'), lines: logged.lines };
  };

  it('of the catalogue has its status and its three members', async () => {
    const { response, lines } = await answer(new HoldfastError('RECORD_EXISTS', 'record "a" exists'));
    expect(response.status).toBe(409);
    expect(response.body.error).toEqual({
      code: 'RECORD_EXISTS',
      message: 'record "a" exists',
      remedy: expect.any(String),
    });
    expect(lines).toEqual([]);
  });

  it.each(['OVERLOADED', 'NOT_READY', 'SHUTTING_DOWN'] as const)('%s says when to try again', async (code) => {
    const { response } = await answer(new HoldfastError(code, 'not now'));
    expect(response.status).toBe(503);
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('says when to try again as it knows itself', async () => {
    const { response } = await answer(new HoldfastError('OVERLOADED', 'not now', { retryAfter: 17 }));
    expect(response.headers['retry-after']).toBe('17');
  });

  it.each([[new Error('secret')], ['a text'], [undefinedProperty()]])(
    'of no catalogue is internal, logged once and not told',
    async (error) => {
      const { response, lines } = await answer(error);
      expect([response.status, response.body.error.code]).toEqual([500, 'INTERNAL']);
      expect(response.text).not.toContain('secret');
      expect(lines).toHaveLength(1);
    },
  );

  it('that a damaged model causes while serving is logged', async () => {
    const { lines } = await answer(new HoldfastError('MODEL_DAMAGED', 'torn'));
    expect(lines.join()).toContain('torn');
  });
});

function undefinedProperty(): TypeError {
  return new TypeError("cannot read properties of undefined (reading 'secret')");
}

describe('the signal of a client that hangs up', () => {
  it('is aborted when it hangs up before the answer, and not after', async () => {
    const signals: AbortSignal[] = [];
    const server = made((incoming, response) => {
      signals.push(clientGone(incoming, response));
      if (incoming.path === '/fast') response.end('done');
    });
    const url = await listen(server, '127.0.0.1', 0);
    await (await fetch(`${url}/fast`)).text();
    const controller = new AbortController();
    const slow = fetch(`${url}/slow`, { signal: controller.signal });
    await eventually(() => expect(signals).toHaveLength(2));
    controller.abort(new Error('enough'));
    await expect(slow).rejects.toThrow('enough');
    await eventually(() => expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]));
  });
});

describe('listening', () => {
  it('gives the URL, also of an IPv6 address', async () => {
    const server = made((_, response) => response.end());
    expect(await listen(server, '::1', 0)).toMatch(/^http:\/\/\[::1\]:\d+$/);
  });

  it('keeps connections for longer than the minute after which load balancers hang up', async () => {
    const url = await listen(
      made((_request, response) => void response.end()),
      '127.0.0.1',
      0,
    );
    const { headers } = await fetch(url);
    expect(Number(headers.get('keep-alive')?.replace('timeout=', ''))).toBeGreaterThan(60);
  });

  it('names the address that cannot be had', async () => {
    const first = made((_, response) => response.end());
    await listen(first, '127.0.0.1', 0);
    const { port } = first.address() as AddressInfo;
    const second = listen(
      made(() => {}),
      '127.0.0.1',
      port,
    );
    await expect(second).rejects.toMatchObject({
      code: 'PORT_UNAVAILABLE',
      message: expect.stringContaining(String(port)),
    });
    await expect(
      listen(
        made(() => {}),
        'no.such.host.invalid',
        0,
      ),
    ).rejects.toMatchObject({ code: 'PORT_UNAVAILABLE' });
  });

  it('ends when what is in flight has finished', async () => {
    let begun = false;
    const server = made((_, response) => {
      begun = true;
      setTimeout(() => response.end('done'), 100);
    });
    const url = await listen(server, '127.0.0.1', 0);
    const answer = fetch(url).then((response) => response.text());
    await eventually(() => expect(begun).toBe(true));
    // A stop that waited for its patience would outlast the test.
    await stopListening(server, 1_000_000);
    expect(await answer).toBe('done');
  });

  it('hangs up on what does not finish in time', async () => {
    let begun = false;
    const server = made(() => {
      begun = true;
    });
    const url = await listen(server, '127.0.0.1', 0);
    const answer = fetch(url).then(
      () => 'answered',
      () => 'hung up',
    );
    await eventually(() => expect(begun).toBe(true));
    await stopListening(server, 100);
    expect(await answer).toBe('hung up');
  });
});

describe('a stopwatch', () => {
  it('takes laps that add up to the total, to a tenth', async () => {
    const watch = startStopwatch();
    await pause(20);
    const first = watch.lap();
    await pause(10);
    const second = watch.lap();
    expect(first).toBeGreaterThanOrEqual(19);
    expect(second).toBeGreaterThanOrEqual(9);
    const total = watch.total();
    const third = watch.lap();
    // What lies between two looks at the clock is in the next lap; each is rounded to a tenth.
    expect(total).toBeGreaterThanOrEqual(first + second - 0.2);
    expect(total).toBeLessThanOrEqual(first + second + third + 0.2);
    expect(first * 10).toBeCloseTo(Math.round(first * 10), 6);
  });
});
