import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holdServices, holdWrites } from '../../server/http/hold.ts';
import { createLifecycle, type Lifecycle } from '../../server/lifecycle.ts';
import { eventually } from '../support/eventually.ts';
import { memoryJobs } from './support/jobs.ts';

describe('a request that changes the gallery', () => {
  let lifecycle: Lifecycle;
  let server: Server;
  let url: string;
  /** Those that came to the hold, and those that came past it. */
  let arrived: express.Response[];
  let passed: express.Response[];

  beforeEach(async () => {
    lifecycle = createLifecycle(memoryJobs());
    [arrived, passed] = [[], []];
    const app = express();
    app.post('/', (_request, response, next) => {
      arrived.push(response);
      next();
    });
    app.post('/', holdServices(lifecycle), holdWrites(lifecycle), (_request, response) => void passed.push(response));
    server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });
  const post = (signal: AbortSignal | null = null) => fetch(url, { method: 'POST', signal });
  /** Keeps writes out until it is called. */
  const keepOut = (): (() => void) => {
    let open: () => void = () => {};
    void lifecycle.alone(
      () =>
        new Promise<void>((resolve) => {
          open = resolve;
        }),
    );
    return () => open();
  };

  it('is waited for, and waits for what must be alone', async () => {
    const first = post();
    await eventually(() => expect(passed).toHaveLength(1));
    let alone = false;
    const work = lifecycle.alone(async () => {
      alone = true;
    });
    const second = post();
    await eventually(() => expect(arrived).toHaveLength(2));
    expect([alone, passed.length]).toEqual([false, 1]);
    passed[0]?.json({});
    expect((await first).status).toBe(200);
    await work;
    await eventually(() => expect(passed).toHaveLength(2));
    passed[1]?.json({});
    expect((await second).status).toBe(200);
    await lifecycle.drained();
  });

  it('is not done when its client has hung up while it waited, and is not waited for', async () => {
    const open = keepOut();
    await new Promise((resolve) => setImmediate(resolve));
    const controller = new AbortController();
    const gone = post(controller.signal).catch(() => undefined);
    const stays = post();
    await eventually(() => expect(arrived).toHaveLength(2));
    controller.abort();
    await gone;
    await eventually(() => expect(arrived.some((response) => response.closed)).toBe(true));
    open();
    await eventually(() => expect(passed).toHaveLength(1));
    expect(passed[0]?.closed).toBe(false);
    passed[0]?.json({});
    expect((await stays).status).toBe(200);
    await lifecycle.alone(async () => undefined);
    expect(passed).toHaveLength(1);
  });
});
