import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HoldfastApiError, HoldfastClient, type Job } from '../../../client/sdk/index.ts';
import { type Handler, sendError, sendJson, startServer, type TestServer } from './server.ts';

const job: Job = {
  ...{ id: 'a', kind: 'ingest', input: {}, state: 'running', starts: 1, failures: 0, cancelRequested: false },
  ...{ progress: null, result: null, error: null, createdAt: '2026-11-28T10:00:00.000Z' },
  ...{ startedAt: null, finishedAt: null },
};

describe('jobs in the SDK', () => {
  let server: TestServer;
  let answer: Handler;
  let client: HoldfastClient;

  beforeEach(async () => {
    server = await startServer((request, response) => answer(request, response));
    client = new HoldfastClient(server.url);
  });
  afterEach(() => server.close());

  it('are given as JSON', async () => {
    answer = (_, response) => sendJson(response, 202, job);
    expect(await client.addJob({ kind: 'ingest', input: { folder: 'shop' } })).toEqual(job);
    const request = server.requests.at(-1);
    expect(request).toMatchObject({ method: 'POST', url: '/jobs' });
  });

  it('are listed by what is asked for', async () => {
    answer = (_, response) => sendJson(response, 200, { jobs: [job] });
    expect(await client.jobs({ state: 'done', kind: undefined, limit: 3 })).toEqual([job]);
    expect(server.requests.at(-1)?.url).toBe('/jobs?state=done&limit=3');
  });

  it('are read and cancelled by their id', async () => {
    answer = (_, response) => sendJson(response, 200, job);
    expect(await client.job('a/b')).toEqual(job);
    expect(server.requests.at(-1)).toMatchObject({ method: 'GET', url: '/jobs/a%2Fb' });
    expect(await client.cancelJob('a')).toEqual(job);
    expect(server.requests.at(-1)).toMatchObject({ method: 'DELETE', url: '/jobs/a' });
  });

  it('are followed event by event, however the stream is cut', async () => {
    const event = (share: number): string =>
      `event: job\ndata: ${JSON.stringify({ ...job, progress: { share, note: 'ä' } })}\n\n`;
    const bytes = Buffer.from(`${event(0.5)}: still there\n\n${event(1)}`);
    answer = async (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (let at = 0; at < bytes.length; at += 7) {
        response.write(bytes.subarray(at, at + 7));
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    };
    const seen: Job[] = [];
    for await (const one of client.followJob('a')) seen.push(one);
    expect(seen.map(({ progress }) => progress)).toEqual([
      { share: 0.5, note: 'ä' },
      { share: 1, note: 'ä' },
    ]);
    expect(server.requests.at(-1)?.url).toBe('/jobs/a/events');
  });

  it('come again by a schedule, until that is removed', async () => {
    const schedule = { kind: 'ingest', input: {}, cron: '0 3 * * *' } as const;
    const made = { ...schedule, id: 's1', nextAt: job.createdAt, createdAt: job.createdAt };
    answer = (_, response) => sendJson(response, 201, made);
    expect(await client.addSchedule(schedule)).toEqual(made);
    expect(JSON.parse(server.requests.at(-1)?.body.toString() ?? '')).toEqual(schedule);
    answer = (_, response) => sendJson(response, 200, { schedules: [made] });
    expect(await client.schedules()).toEqual([made]);
    answer = (_, response) => {
      response.writeHead(204).end();
    };
    await client.removeSchedule('s1');
    expect(server.requests.at(-1)).toMatchObject({ method: 'DELETE', url: '/schedules/s1' });
  });

  it('that are unknown cannot be followed', async () => {
    answer = (_, response) => sendError(response, 404, 'JOB_UNKNOWN');
    await expect(client.followJob('a').next()).rejects.toThrow(HoldfastApiError);
  });
});
