import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCrowd, limitCrowd } from '../../server/http/crowd.ts';
import { errorHandler } from '../../server/http/errors.ts';
import { eventually } from '../support/eventually.ts';
import { memoryLog } from './support/log.ts';

describe('a crowd of requests', () => {
  let server: Server;
  let url: string;
  let waiting: express.Response[];

  beforeEach(async () => {
    waiting = [];
    const app = express();
    app.post('/', limitCrowd(createCrowd(2)), (_request, response) => void waiting.push(response));
    app.use(errorHandler(memoryLog().log));
    server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });
  const post = (body = 'a', signal: AbortSignal | null = null) => fetch(url, { method: 'POST', body, signal });
  const inside = (count: number) => eventually(() => expect(waiting).toHaveLength(count));

  it('is let in up to its bound, and told when to come back beyond it', async () => {
    const [first, second] = [post(), post()];
    await inside(2);
    const refused = await post('x'.repeat(1_000_000));
    expect(refused.status).toBe(503);
    expect(refused.headers.get('Retry-After')).toBe('1');
    expect(((await refused.json()) as { error: { code: string } }).error.code).toBe('OVERLOADED');
    for (const response of waiting.splice(0)) response.json({});
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
    const next = post();
    await inside(1);
    waiting[0]?.json({});
    expect((await next).status).toBe(200);
  });

  it('does not count who hung up before', async () => {
    const crowd = createCrowd(1);
    const passed = vi.fn();
    const app = express();
    const controller = new AbortController();
    const hungUp = new Promise<void>((resolve) => {
      app.post('/', (_request, response, next) => {
        response.once('close', () => {
          next();
          resolve();
        });
        controller.abort();
      });
    });
    app.post('/', limitCrowd(crowd), passed);
    server.removeAllListeners('request').on('request', app);
    const gone = post('a', controller.signal).catch(() => undefined);
    await Promise.all([gone, hungUp]);
    expect([crowd.isFull(), passed.mock.calls.length]).toEqual([false, 0]);
  });

  it('counts no more who has hung up', async () => {
    const controller = new AbortController();
    const gone = post('a', controller.signal).catch(() => undefined);
    const stays = post();
    await inside(2);
    controller.abort();
    await gone;
    await eventually(() => expect(waiting.some((response) => response.closed)).toBe(true));
    const third = post();
    await inside(3);
    for (const response of waiting) response.json({});
    expect([(await stays).status, (await third).status]).toEqual([200, 200]);
  });
});
