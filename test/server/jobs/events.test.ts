import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HoldfastClient, type Job } from '../../../client/sdk/index.ts';
import { jobEvents } from '../../../server/routes/jobs/job-events.ts';
import { memoryJobs } from '../support/jobs.ts';

describe('the events of a job', () => {
  let jobs: ReturnType<typeof memoryJobs>;
  let url: string;
  let close: () => void;

  beforeEach(async () => {
    jobs = memoryJobs();
    const app = express().get('/jobs/:id/events', jobEvents({ jobs }, 20));
    const server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    close = () => {
      server.closeAllConnections();
      server.close();
    };
  });
  afterEach(async () => {
    close();
    await jobs.close();
  });

  const enqueue = async (): Promise<string> => (await jobs.queue.enqueue({ kind: 'test', input: {} })).id;

  it('are the job as it is, its changes, and its end', async () => {
    const id = await enqueue();
    const seen: string[] = [];
    const end = new AbortController();
    let goOn: () => void = () => {};
    const working = jobs.queue.work(async ({ report }) => {
      await report({ share: 0.5, note: 'half' });
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
      return 'well';
    }, end.signal);
    let last: Job | undefined;
    for await (const job of new HoldfastClient(url).followJob(id)) {
      seen.push(job.progress?.note === 'half' && job.state === 'running' ? 'half' : job.state);
      if (seen.at(-1) === 'half') goOn();
      last = job;
    }
    expect(seen.at(-1)).toBe('done');
    expect(seen).toContain('half');
    expect(last).toMatchObject({ id, result: 'well' });
    end.abort();
    await working;
  });

  it('keep the connection alive, and end when the server stops', async () => {
    const response = await fetch(`${url}/jobs/${await enqueue()}/events`);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(response.headers.get('cache-control')).toBe('no-store');
    let text = '';
    const still = (): number => text.match(/^: still there$/gm)?.length ?? 0;
    const reader = response.body?.getReader();
    for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
      text += Buffer.from(part.value).toString();
      if (still() > 1) jobs.end();
    }
    expect(text.match(/^event: job$/gm)).toHaveLength(1);
    expect(still()).toBeGreaterThan(1);
  });

  it('stop when the client hangs up', async () => {
    const id = await enqueue();
    const looks: string[] = [];
    const get = jobs.queue.get;
    const watch = (asked: string) => {
      looks.push(asked);
      return get(asked);
    };
    const watched = { ...jobs, queue: { ...jobs.queue, get: watch } };
    const app = express().get('/jobs/:id/events', jobEvents({ jobs: watched }));
    const server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const gone = new AbortController();
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jobs/${id}/events`;
    await fetch(address, { signal: gone.signal });
    gone.abort();
    // The server closes only when no request is left.
    await new Promise((resolve) => server.close(resolve));
    const count = looks.length;
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(looks.length).toBeLessThanOrEqual(count + 1);
  });

  it('answer HEAD without a body', async () => {
    const response = await fetch(`${url}/jobs/${await enqueue()}/events`, { method: 'HEAD' });
    expect(response.status).toBe(200);
  });
});
