import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { testApp } from './support/app.ts';
import { memoryLog } from './support/log.ts';
import { fakeModel } from './support/model.ts';
import { png } from './support/pictures.ts';

describe('the log', () => {
  it('is a line of JSON with level, time and message', () => {
    const { log, lines } = memoryLog();
    log.warn({ seconds: 3 }, 'late');
    log.error({ error: new Error('torn') }, 'failed');
    expect(lines).toHaveLength(2);
    const [late, failed] = lines.map((line) => JSON.parse(line));
    expect(late).toEqual({ level: 'warn', time: expect.any(String), seconds: 3, message: 'late' });
    expect(new Date(late.time).getTime()).toBeGreaterThan(0);
    expect(failed.error).toMatchObject({ type: 'Error', message: 'torn', stack: expect.stringContaining('log.test') });
  });

  it('leaves out what is below its level', () => {
    const { log, entries } = memoryLog('warn');
    log.info('a');
    log.warn('b');
    log.error('c');
    expect(entries().map(({ message }) => message)).toEqual(['b', 'c']);
    expect(memoryLog('silent').lines).toEqual([]);
  });
});

describe('a request', () => {
  it('leaves a line under the id that its answer carries', async () => {
    const { app, logged } = testApp();
    const { headers } = await request(app).get('/images/none');
    expect(logged.entries()).toEqual([
      expect.objectContaining({
        level: 'info',
        message: 'answered',
        request: headers['x-request-id'],
        method: 'GET',
        path: '/images/none',
        status: 404,
        milliseconds: expect.any(Number),
      }),
    ]);
  });

  it('keeps the id that came with it, when that is one', async () => {
    const { app } = testApp();
    const idOf = async (given: string) =>
      (await request(app).get('/healthz').set('X-Request-Id', given)).headers['x-request-id'];
    expect(await idOf('trace-1.a_B')).toBe('trace-1.a_B');
    for (const odd of ['a b', '{"level":"error"}', 'x'.repeat(65), ''])
      expect(await idOf(odd)).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('does not take headers, query strings or the fields of a form into the log', async () => {
    const { app, logged } = testApp();
    await request(app)
      .post('/search?k=secret-1')
      .set({ Authorization: 'Bearer secret-2', Cookie: 'secret-3', 'User-Agent': 'secret-4' })
      .field('robustness', 'secret-5')
      .attach('image', await png('a'), 'secret-6.png');
    expect(logged.lines).toHaveLength(1);
    expect(logged.lines.join()).not.toContain('secret');
  });

  it('that a fault of the server ended leaves the cause, too', async () => {
    const model = fakeModel({ embed: () => Promise.reject(new TypeError('a cause')) });
    const { app, logged } = testApp({ model });
    const { headers } = await request(app)
      .post('/search')
      .attach('image', await png('a'), 'a.png');
    const [fault, line] = logged.entries();
    expect(fault).toMatchObject({
      level: 'error',
      request: headers['x-request-id'],
      code: 'INTERNAL',
      path: '/search',
    });
    expect(fault?.error).toMatchObject({ type: 'TypeError', message: 'a cause' });
    expect(line).toMatchObject({ level: 'info', status: 500 });
  });
});
