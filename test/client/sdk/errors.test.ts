import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalogue } from '../../../base/errors.ts';
import { HoldfastApiError, HoldfastClient } from '../../../client/sdk/index.ts';
import { type Handler, sendError, startServer, type TestServer } from './server.ts';

const IMAGE = new Uint8Array([1]);

async function failure(call: Promise<unknown>): Promise<HoldfastApiError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof HoldfastApiError)) throw new Error(`expected HoldfastApiError, got ${String(error)}`);
  return error;
}

describe('errors of the SDK', () => {
  let server: TestServer;
  let answer: Handler;
  let client: HoldfastClient;

  beforeEach(async () => {
    server = await startServer((request, response) => answer(request, response));
    client = new HoldfastClient(server.url);
  });
  afterEach(() => server.close());

  const answerText = (status: number, type: string, text: string) => {
    answer = (_, response) => {
      response.writeHead(status, { 'content-type': type }).end(text);
    };
  };

  it.each(Object.entries(catalogue))('%s keeps code, message, remedy and status', async (code, { status }) => {
    answer = (_, response) => sendError(response, status, code);
    const error = await failure(client.search(IMAGE));
    expect(error).toMatchObject({ code, status, message: `it was ${code}`, remedy: `mend ${code}` });
    expect(error.retryAfter).toBeUndefined();
  });

  it('carries the wait that an overloaded server asks for', async () => {
    answer = (_, response) => sendError(response, 503, 'OVERLOADED', { 'retry-after': '7' });
    expect((await failure(client.search(IMAGE))).retryAfter).toBe(7);
  });

  it.each([
    ['a page of a proxy', 'text/html', '<h1>Bad gateway</h1>'],
    ['an empty body', 'application/json', ''],
    ['JSON of another shape', 'application/json', '{"error":"no"}'],
    ['members of another type', 'application/json', '{"error":{"code":1,"message":"m","remedy":"r"}}'],
    ['null', 'application/json', 'null'],
  ])('a failing answer with %s is UNEXPECTED_ANSWER with its status', async (_, type, text) => {
    answerText(502, type, text);
    expect(await failure(client.samples())).toMatchObject({ code: 'UNEXPECTED_ANSWER', status: 502 });
  });

  it.each([
    ['HTML', 'text/html', '<p>log in first</p>'],
    ['cut JSON', 'application/json', '{"samples":['],
  ])('a good status with %s is UNEXPECTED_ANSWER', async (_, type, text) => {
    answerText(200, type, text);
    expect(await failure(client.samples())).toMatchObject({ code: 'UNEXPECTED_ANSWER', status: 200 });
  });

  it('a picture must be a picture', async () => {
    answerText(200, 'text/html', '<p>hello</p>');
    expect((await failure(client.getImage('..'))).message).toContain('text/html');
  });

  it('a server that is not there is UNREACHABLE with the cause', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => free.once('listening', resolve));
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    const error = await failure(new HoldfastClient(`http://127.0.0.1:${port}`).samples());
    expect(error).toMatchObject({ code: 'UNREACHABLE', status: 0 });
    expect(error.message).toContain(`127.0.0.1:${port}`);
    expect(error.cause).toBeDefined();
  });

  it('an answer that breaks off is UNREACHABLE, too', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"samples"', () => response.destroy());
    };
    expect((await failure(client.samples())).code).toBe('UNREACHABLE');
  });

  it('a call that takes longer than the timeout is given up', async () => {
    answer = () => undefined;
    const error = await failure(new HoldfastClient(server.url, { timeout: 30 }).samples());
    expect(error).toMatchObject({ code: 'UNREACHABLE', status: 0 });
    expect(error.message).toContain('did not answer in time');
  });

  it("an aborted call rejects with the caller's reason, with or without a timeout", async () => {
    answer = () => undefined;
    for (const options of [{}, { timeout: 10_000 }]) {
      const control = new AbortController();
      const call = new HoldfastClient(server.url, options).search(IMAGE, {}, { signal: control.signal });
      const reason = new Error('changed my mind');
      control.abort(reason);
      await expect(call).rejects.toBe(reason);
    }
  });
});
