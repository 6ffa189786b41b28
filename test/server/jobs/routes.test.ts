import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { afterAll, describe, expect, it } from 'vitest';
import { testApp } from '../support/app.ts';
import { memoryJobs } from '../support/jobs.ts';

const data = mkdtempSync(join(tmpdir(), 'holdfast-job-routes-'));
mkdirSync(join(data, 'models', 'taken-1'), { recursive: true });
afterAll(() => rmSync(data, { recursive: true }));

const start = () => testApp({ jobs: memoryJobs(data) });
const ingest = { kind: 'ingest', input: { folder: 'pictures' } };
const invalid = (message: RegExp) => ({ error: { code: 'REQUEST_INVALID', message: expect.stringMatching(message) } });

describe('the routes of jobs', () => {
  it('take a job and answer with it and where it is', async () => {
    const { app } = start();
    const posted = await request(app).post('/jobs').send(ingest);
    expect(posted.status).toBe(202);
    expect(posted.body).toMatchObject({ ...ingest, state: 'waiting', progress: null });
    expect(posted.headers.location).toBe(`/jobs/${posted.body.id}`);
    const got = await request(app).get(`/jobs/${posted.body.id}`);
    expect(got.body).toEqual(posted.body);
  });

  it.each([
    ['no kind', {}, /kind: must be one of audit, harden, ingest, reindex/],
    ['an unknown kind', { kind: 'mine' }, /kind: must be one of/],
    ['an unknown field', { ...ingest, priority: 1 }, /priority/],
    ['an input that is no object', { kind: 'ingest', input: 'x' }, /input: must be an object/],
    ['an input of another kind', { kind: 'ingest', input: { options: {} } }, /input/],
    ['neither folder nor list', { kind: 'ingest', input: {} }, /give folder or manifest/],
    ['an option that is for the server to choose', { kind: 'harden', input: { options: { output: '/' } } }, /output/],
    ['an option that is none', { kind: 'harden', input: { options: { '-x': 1 } } }, /options\.-x/],
  ])('refuse %s', async (_, body, message) => {
    const { app, jobs } = start();
    const { status, body: answer } = await request(app).post('/jobs').send(body);
    expect(status).toBe(400);
    expect(answer).toMatchObject(invalid(message));
    expect(await jobs.queue.list({ limit: 10 })).toEqual([]);
  });

  it.each([
    ['cut off', '{"kind":'],
    ['no object', '7'],
    ['NaN', '{"kind":NaN}'],
    ['large', JSON.stringify({ kind: 'ingest', input: { folder: 'x'.repeat(70_000) } })],
    ['with a prototype', '{"kind":"ingest","input":{"folder":"a"},"__proto__":{"x":1}}'],
    ['deep', `{"kind":"ingest","input":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`],
  ])('refuse a body that is %s', async (_, body) => {
    const { app, logged } = start();
    const { status, body: answer } = await request(app).post('/jobs').type('json').send(body);
    expect([status, answer.error.code]).toEqual([400, 'REQUEST_INVALID']);
    expect(logged.faults()).toEqual([]);
  });

  it('refuse a training whose options are wrong or whose version is there, before it waits', async () => {
    const { app, jobs } = start();
    const post = (options: object) => request(app).post('/jobs').send({ kind: 'harden', input: { options } });
    const [wrong, taken, well] = await Promise.all([
      post({ preset: 'papre' }),
      post({ name: 'taken-1' }),
      post({ name: 'new-1', budget: '5m', seed: 2, 'no-collapse-monitor': true }),
    ]);
    expect(wrong?.body.error).toMatchObject({ code: 'OPTION_INVALID', message: expect.stringContaining('papre') });
    expect(taken?.body.error.message).toContain('taken-1');
    expect([well?.status, well?.body.state]).toEqual([202, 'waiting']);
    expect(await jobs.queue.list({ limit: 10 })).toHaveLength(1);
    // The options are read on threads that load the trainer.
  });

  it('list jobs by state and kind', async () => {
    const { app, jobs } = start();
    const [first, second] = [await jobs.queue.enqueue(ingest), await jobs.queue.enqueue(ingest)];
    await jobs.queue.cancel(first.id);
    const ids = async (query: string) =>
      (await request(app).get(`/jobs${query}`)).body.jobs.map(({ id }: { id: string }) => id);
    expect(await ids('')).toEqual([second.id, first.id]);
    expect(await ids('?state=cancelled')).toEqual([first.id]);
    expect(await ids('?kind=harden')).toEqual([]);
    expect(await ids('?limit=1')).toEqual([second.id]);
    expect((await request(app).get('/jobs?state=odd')).body).toMatchObject(invalid(/state/));
  });

  it('cancel a job, and again', async () => {
    const { app, jobs } = start();
    const { id } = await jobs.queue.enqueue(ingest);
    for (let times = 0; times < 2; times++) {
      const { status, body } = await request(app).delete(`/jobs/${id}`);
      expect([status, body.state, body.cancelRequested]).toEqual([202, 'cancelled', true]);
    }
  });

  it.each(['get', 'delete'] as const)('know no job of another id (%s)', async (method) => {
    const { app } = start();
    for (const id of ['unknown', '..%2F..%2Fetc', '%00', "'; DROP TABLE jobs"]) {
      const { status, body } = await request(app)[method](`/jobs/${id}`);
      expect([status, body.error.code]).toEqual([404, 'JOB_UNKNOWN']);
    }
    expect((await request(app).get('/jobs/unknown/events')).status).toBe(404);
  });

  it('name the methods that they have', async () => {
    const { app } = start();
    const answer = await request(app).put('/jobs');
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD, POST']);
    expect((await request(app).post('/jobs/1/events')).headers.allow).toBe('GET, HEAD');
  });
});
