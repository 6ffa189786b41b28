import express from 'express';
import request from 'supertest';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCrowd } from '../../server/http/crowd.ts';
import { commonHeaders } from '../../server/http/headers.ts';
import { createShedLog, shedCrowds } from '../../server/http/shed.ts';
import { eventually } from '../support/eventually.ts';
import { testApp } from './support/app.ts';
import { memoryLog } from './support/log.ts';
import { fakeModel } from './support/model.ts';
import { png } from './support/pictures.ts';

describe('a full crowd', () => {
  const crowd = createCrowd(1);
  const counted: string[] = [];
  let stopping = false;
  const options = { count: (endpoint: { path: string }) => counted.push(endpoint.path), stopping: () => stopping };
  const app = express();
  app.use(commonHeaders, shedCrowds([{ endpoint: { method: 'POST', path: '/full/{id}' }, crowd }], options));
  app.use((_request, response) => void response.json({ passed: true }));
  const post = (path: string, body = 'a') => request(app).post(path).type('text/plain').send(body);

  it('is refused at once, in the shape of every error', async () => {
    const leave = crowd.enter();
    const refused = await post('/full/a.b?k=3');
    expect(refused.status).toBe(503);
    expect(refused.headers).toMatchObject({
      'retry-after': '1',
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(refused.headers['content-security-policy']).toContain("default-src 'none'");
    expect(refused.body.error).toEqual({
      code: 'OVERLOADED',
      message: expect.stringContaining('1 requests'),
      remedy: expect.any(String),
    });
    expect(counted).toEqual(['/full/{id}']);
    leave?.();
    expect((await post('/full/a')).body).toEqual({ passed: true });
  });

  it('leaves other requests, and bodies that are large, to those behind', async () => {
    const leave = crowd.enter();
    expect((await post('/other')).body).toEqual({ passed: true });
    expect((await request(app).get('/full/a')).body).toEqual({ passed: true });
    expect((await post('/full/a', 'x'.repeat(300_000))).body).toEqual({ passed: true });
    stopping = true;
    expect((await post('/full/a')).body).toEqual({ passed: true });
    stopping = false;
    expect(counted).toHaveLength(1);
    for (const path of ['/full/a/', '/FULL/a']) expect((await post(path)).status).toBe(503);
    expect(counted).toHaveLength(3);
    leave?.();
  });
});

describe('the log of what was refused', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('has a line a second for each kind', () => {
    const { log, entries } = memoryLog();
    const { note } = createShedLog(log);
    for (let i = 0; i < 1000; i++) note('POST /search');
    note('POST /images');
    expect(entries()).toEqual([]);
    vi.advanceTimersByTime(1_000);
    expect(entries()).toMatchObject([
      { level: 'warn', request: 'POST /search', refused: 1000 },
      { level: 'warn', request: 'POST /images', refused: 1 },
    ]);
    vi.advanceTimersByTime(10_000);
    note('POST /search');
    vi.advanceTimersByTime(1_000);
    expect(entries().at(-1)).toMatchObject({ refused: 1 });
    expect(entries()).toHaveLength(3);
  });

  it('has what was refused in the last second when it is flushed, once', () => {
    const { log, entries } = memoryLog();
    const { note, flush } = createShedLog(log);
    flush();
    expect(entries()).toEqual([]);
    note('POST /search');
    flush();
    vi.advanceTimersByTime(10_000);
    expect(entries()).toMatchObject([{ request: 'POST /search', refused: 1 }]);
    note('POST /search');
    vi.advanceTimersByTime(1_000);
    expect(entries()).toHaveLength(2);
  });
});

describe('a server with as many searches in work as it takes', () => {
  it('refuses more, counts them, and answers those that it took', async () => {
    let go: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const model = fakeModel();
    let embedding = 0;
    const embed = async (...call: Parameters<typeof model.embed>) => {
      embedding += 1;
      await gate;
      return model.embed(...call);
    };
    const { app, logged } = testApp({ model: { ...model, embed } });
    const picture = await png(1);
    const search = () => request(app).post('/search').attach('image', picture, 'a.png');
    const taken = Array.from({ length: 128 }, () => search().then(({ status }) => status));
    await eventually(() => expect(embedding).toBe(128));
    expect((await search()).body.error.code).toBe('OVERLOADED');
    const { text } = await request(app).get('/metrics');
    expect(text).toMatch(/holdfast_http_refused_total\{method="POST",route="\/search"\} 1/);
    go();
    expect(new Set(await Promise.all(taken))).toEqual(new Set([200]));
    expect(logged.entries().some(({ status }) => status === 503)).toBe(false);
  });
});
