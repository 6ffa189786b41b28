import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { ProgressLine } from '../../base/terminal.ts';
import { hardenOnServer } from '../../trainer/on-server.ts';
import { givenOptions, parseHardenOptions } from '../../trainer/options.ts';

interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly key: string | undefined;
  readonly body: string;
}

const job = (more: object) => ({ id: 'j1', state: 'running', progress: null, error: null, result: null, ...more });
const done = job({ state: 'done', result: { version: 'v-1', metrics: { recallAt1: 0.4 } } });

describe('a training on a server', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  /** A server that gives one answer after the other, the last one for ever. */
  async function serve(...answers: readonly (readonly [status: number, body: object])[]) {
    const asked: Asked[] = [];
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      const { method, url, headers } = request;
      const [status, answer] = answers[Math.min(asked.length, answers.length - 1)] ?? [500, {}];
      asked.push({ method, url, key: headers.authorization, body });
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  }
  const shown: string[] = [];
  const line: ProgressLine = { update: (text) => void shown.push(text), finish: (text) => void shown.push(text) };
  const harden = (server: string, signal = new AbortController().signal, key?: string) =>
    hardenOnServer({ server, key, options: { seed: '2', 'no-collapse-monitor': true } }, line, signal, 5);

  it('is given as a job and followed to its end', async () => {
    const progress = { share: 0.5, note: 'ca-tride epoch 1 of 2, batch 3 of 3' };
    const { asked, url } = await serve([202, job({ state: 'waiting' })], [200, job({ progress })], [200, done]);
    expect(await harden(url, undefined, 'hf_key')).toEqual({ version: 'v-1', metrics: { recallAt1: 0.4 } });
    expect(asked.map(({ method, url: path }) => `${method} ${path}`)).toEqual([
      'POST /jobs',
      'GET /jobs/j1',
      'GET /jobs/j1',
    ]);
    expect(new Set(asked.map(({ key }) => key))).toEqual(new Set(['Bearer hf_key']));
    const options = { seed: '2', 'no-collapse-monitor': true };
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ kind: 'harden', input: { options } });
    expect(shown.some((text) => text.includes('50 %') && text.includes(progress.note))).toBe(true);
  });

  it('fails as the server refuses it', async () => {
    const error = { code: 'OPTION_INVALID', message: '--seed is "x"', remedy: 'See.' };
    const { url } = await serve([400, { error }]);
    await expect(harden(url)).rejects.toMatchObject({ code: 'OPTION_INVALID', message: '--seed is "x"' });
  });

  it('fails as the job does', async () => {
    const error = { code: 'TRAINING_COLLAPSED', message: 'all one point' };
    const failed = await serve([202, job({})], [200, job({ state: 'failed', error })]);
    await expect(harden(failed.url)).rejects.toMatchObject({ code: 'TRAINING_COLLAPSED' });
    const cancelled = await serve([202, job({})], [200, job({ state: 'cancelled' })]);
    await expect(harden(cancelled.url)).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  });

  it('is followed over a restart of the server', async () => {
    const stopping = { error: { code: 'SHUTTING_DOWN', message: 'the server is stopping', remedy: 'Again.' } };
    const { url } = await serve([202, job({})], [503, stopping], [502, {}], [200, done]);
    expect(await harden(url)).toMatchObject({ version: 'v-1' });
  });

  it('goes on when who follows it stops', async () => {
    const { asked, url } = await serve([202, job({})]);
    const stop = new AbortController();
    const reason = new Error('stop');
    setTimeout(() => stop.abort(reason), 50);
    await expect(harden(url, stop.signal)).rejects.toBe(reason);
    expect(asked.filter(({ method }) => method === 'DELETE')).toEqual([]);
  });

  it('names a server that is not there, or is none', async () => {
    await expect(harden('http://127.0.0.1:1')).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
    const { url } = await serve([200, { hello: 'world' }]);
    await expect(harden(url)).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
  });

  it('takes the options as they were given', () => {
    const args = ['--server', 'http://a.example', '--seed=2', '--no-collapse-monitor'];
    expect(givenOptions(args)).toEqual({ server: 'http://a.example', seed: '2', 'no-collapse-monitor': true });
    expect(parseHardenOptions(args, 'data')?.server).toBe('http://a.example');
  });
});
