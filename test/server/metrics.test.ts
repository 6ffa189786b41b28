import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { testApp } from './support/app.ts';
import { fakeModel } from './support/model.ts';
import { png } from './support/pictures.ts';

type App = ReturnType<typeof testApp>['app'];

/** The value of a line of the metrics; undefined when there is none. */
async function valueIn(app: App, line: string): Promise<number | undefined> {
  const { text, status, headers } = await request(app).get('/metrics');
  expect([status, headers['content-type']]).toEqual([200, expect.stringContaining('text/plain; version=0.0.4')]);
  const found = text.split('\n').find((one) => one.startsWith(`${line} `));
  return found === undefined ? undefined : Number(found.slice(line.length + 1));
}

const count = (labels: string): string => `holdfast_http_request_duration_seconds_count{${labels}}`;

describe('/metrics', () => {
  it('counts requests by method, route and status', async () => {
    const { app } = testApp();
    await request(app).get('/images/a');
    await request(app).get('/images/b');
    await request(app)
      .post('/search')
      .attach('image', await png('a'), 'a.png');
    await request(app).get('/samples');
    expect(await valueIn(app, count('method="GET",route="/images/{id}",status="404"'))).toBe(2);
    expect(await valueIn(app, count('method="POST",route="/search",status="200"'))).toBe(1);
    expect(await valueIn(app, count('method="GET",route="/samples",status="200"'))).toBe(1);
  });

  it('has one label for all paths and methods that nothing is known of', async () => {
    const { app } = testApp();
    for (const path of ['/a', '/b', '/c?d=e']) await request(app).get(path);
    await request(app).patch('/a');
    expect(await valueIn(app, count('method="GET",route="other",status="404"'))).toBe(3);
    expect(await valueIn(app, count('method="other",route="other",status="404"'))).toBe(1);
  });

  it('has the stages of a search and of a probe', async () => {
    const { app } = testApp();
    await request(app)
      .post('/search')
      .attach('image', await png('a'), 'a.png');
    await request(app)
      .post('/probes?attacks=es&steps=1')
      .attach('image', await png('a'), 'a.png');
    const stages = (labels: string): string => `holdfast_stage_duration_seconds_count{${labels}}`;
    for (const stage of ['decode', 'embed', 'search', 'robustness', 'total']) {
      expect([stage, await valueIn(app, stages(`route="/search",stage="${stage}"`))]).toEqual([stage, 1]);
    }
    expect(await valueIn(app, stages('route="/probes",stage="attack"'))).toBe(1);
  });

  it('has the state of gallery, model and queue, once there is one', async () => {
    const model = fakeModel({ waiting: () => ({ search: 3, probe: 5 }) });
    const { app } = testApp({ model });
    await request(app)
      .post('/images')
      .attach('image', await png('a'), 'a.png');
    expect(await valueIn(app, 'holdfast_ready')).toBe(1);
    expect(await valueIn(app, 'holdfast_gallery_records')).toBe(1);
    expect(await valueIn(app, 'holdfast_model_info{version="test-1"}')).toBe(1);
    expect(await valueIn(app, 'holdfast_model_queue_length{class="search"}')).toBe(3);
    expect(await valueIn(app, 'holdfast_model_queue_length{class="probe"}')).toBe(5);
    const { app: early } = testApp({ ready: false });
    expect(await valueIn(early, 'holdfast_ready')).toBe(0);
    expect(await valueIn(early, 'holdfast_model_info{version="test-1"}')).toBeUndefined();
  });

  it('has the jobs that wait, and is answered when their queue is not', async () => {
    const { app, jobs } = testApp();
    await jobs.queue.enqueue({ kind: 'ingest', input: {} });
    expect(await valueIn(app, 'holdfast_jobs{state="waiting"}')).toBe(1);
    expect(await valueIn(app, 'holdfast_jobs{state="running"}')).toBe(0);
    const broken = { ...jobs, queue: { ...jobs.queue, list: () => Promise.reject(new Error('gone')) } };
    const { app: other } = testApp({ jobs: broken });
    expect(await valueIn(other, 'holdfast_jobs{state="waiting"}')).toBeUndefined();
    expect(await valueIn(other, 'holdfast_ready')).toBe(1);
  });

  it('tells a client that hung up from one that was answered', async () => {
    let asked = 0;
    const slow = fakeModel({
      embed: (_pixels, { signal } = {}) =>
        new Promise((_, reject) => {
          asked += 1;
          signal?.addEventListener('abort', () => reject(signal.reason));
        }),
    });
    const { app } = testApp({ model: slow });
    const sent = request(app)
      .post('/search')
      .attach('image', await png('a'), 'a.png');
    const ended = sent.then(
      () => 'answered',
      () => 'hung up',
    );
    await eventually(() => expect(asked).toBe(1));
    sent.abort();
    await eventually(async () => {
      expect(await valueIn(app, count('method="POST",route="/search",status="499"'))).toBe(1);
    });
    expect(await valueIn(app, 'holdfast_http_requests_in_flight')).toBe(1);
    void ended;
  });
});
