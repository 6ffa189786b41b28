import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { limitBody } from '../../server/http/body-limit.ts';
import { errorHandler } from '../../server/http/errors.ts';
import { commonHeaders } from '../../server/http/headers.ts';
import { parseUpload, uploadedFile } from '../../server/http/upload.ts';
import { eventually } from '../support/eventually.ts';
import { memoryLog } from './support/log.ts';
import { BOUNDARY, CONTENT_TYPE, multipart, type Part } from './support/multipart.ts';

const FILE_BYTES = 50_000;
const logged = memoryLog();
let parsed = 0;
let server: Server;
let port: number;

beforeAll(async () => {
  const app = express();
  app.use(commonHeaders);
  const count: express.RequestHandler = (_request, _response, next) => {
    parsed += 1;
    next();
  };
  app.post(
    '/',
    limitBody({ file: FILE_BYTES, together: 400_000 }),
    count,
    parseUpload(FILE_BYTES),
    (request, response) => {
      response.json({ bytes: uploadedFile(request).length, fields: request.body });
    },
  );
  app.use(errorHandler(logged.log));
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function send(body: Uint8Array, type: string): Promise<Response> {
  const headers = { 'Content-Type': type };
  return fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body: new Blob([Uint8Array.from(body)]) });
}
async function post(body: Uint8Array, type = CONTENT_TYPE): Promise<{ status: number; json: unknown }> {
  const response = await send(body, type);
  return { status: response.status, json: await response.json() };
}
const error = (code: string) => ({ error: expect.objectContaining({ code, remedy: expect.any(String) }) });
const file = (value: string | Uint8Array, name = 'image'): Part => ({ name, filename: 'a.png', value });

/** A connection that has sent the head of an upload. */
async function openUpload(headers: string): Promise<{ socket: Socket; answer: Promise<string> }> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  const answer = new Promise<string>((resolve) => {
    socket.on('data', (chunk) => {
      received += chunk.toString();
      if (received.includes('\r\n\r\n')) resolve(received);
    });
    socket.on('close', () => resolve(received));
    socket.on('error', () => resolve(received));
  });
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  socket.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Type: ${CONTENT_TYPE}\r\n${headers}\r\n\r\n`);
  return { socket, answer };
}

describe('an upload', () => {
  it('is one file and its fields', async () => {
    const { status, json } = await post(
      multipart([{ name: 'k', value: '3' }, file('abc'), { name: 'id', value: 'x' }]),
    );
    expect({ status, json }).toEqual({ status: 200, json: { bytes: 3, fields: { k: '3', id: 'x' } } });
  });

  it('may have exactly as many bytes as allowed', async () => {
    expect(await post(multipart([file(new Uint8Array(FILE_BYTES))]))).toMatchObject({ status: 200 });
    expect(await post(multipart([file(new Uint8Array(FILE_BYTES + 1))]))).toEqual({
      status: 413,
      json: error('IMAGE_TOO_LARGE'),
    });
  });

  it('is refused by its Content-Length before it is parsed', async () => {
    const before = parsed;
    const { socket, answer } = await openUpload('Content-Length: 100000000');
    expect(await answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(parsed).toBe(before);
    socket.destroy();
  });

  it('is refused while it streams, and hung up on when it does not stop', async () => {
    const { socket, answer } = await openUpload('Transfer-Encoding: chunked');
    const chunk = `${(10_000).toString(16)}\r\n${'x'.repeat(10_000)}\r\n`;
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    const pump = setInterval(() => socket.writable && socket.write(chunk), 2);
    expect(await answer).toMatch(/^HTTP\/1\.1 413 /);
    await closed;
    clearInterval(pump);
  });

  it('that a client gives up leaves the server well and its bytes free', async () => {
    for (let i = 0; i < 12; i++) {
      const { socket } = await openUpload('Content-Length: 60000');
      socket.write(multipart([file(new Uint8Array(1000))]).subarray(0, 500));
      await new Promise((resolve) => setTimeout(resolve, 5));
      socket.destroy();
    }
    const whole = multipart([file(new Uint8Array(FILE_BYTES))]);
    await eventually(async () => expect(await post(whole)).toMatchObject({ status: 200 }));
    expect(logged.faults()).toEqual([]);
  });

  it('waits outside when all uploads together would need too much memory', async () => {
    const open = await Promise.all(Array.from({ length: 4 }, () => openUpload('Content-Length: 100000')));
    const body = multipart([file('abc')]);
    await eventually(async () => {
      const response = await send(body, CONTENT_TYPE);
      expect([response.status, response.headers.get('Retry-After')]).toEqual([503, '1']);
    });
    for (const { socket } of open) socket.destroy();
    await eventually(async () => expect(await post(body)).toMatchObject({ status: 200 }));
  });

  it.each([
    ['no file', [{ name: 'k', value: '1' }], 'IMAGE_MISSING', 400],
    ['another field name', [file('abc', 'picture')], 'IMAGE_FIELD_UNEXPECTED', 400],
    ['two files', [file('abc'), file('def')], 'IMAGE_FIELD_UNEXPECTED', 400],
    ['a second file in another field', [file('abc'), file('def', 'other')], 'IMAGE_FIELD_UNEXPECTED', 400],
    ['a long field', [file('abc'), { name: 'label', value: 'x'.repeat(16_385) }], 'REQUEST_INVALID', 400],
    ['a long field name', [file('abc'), { name: 'x'.repeat(65), value: '' }], 'REQUEST_INVALID', 400],
    ['many fields', Array.from({ length: 11 }, (_, i) => ({ name: `f${i}`, value: '' })), 'REQUEST_INVALID', 400],
  ] as const)('with %s is refused', async (_, parts, code, status) => {
    expect(await post(multipart(parts))).toEqual({ status, json: error(code) });
  });

  it.each([['application/json'], ['image/png'], ['text/plain'], ['application/x-www-form-urlencoded']])(
    'of type %s has no file',
    async (type) => {
      expect(await post(Buffer.from('{}'), type)).toEqual({ status: 400, json: error('IMAGE_MISSING') });
    },
  );

  it('of malformed multipart is an error of the request, whatever is wrong with it', async () => {
    const random = createRandom('malformed');
    const whole = multipart([
      { name: 'k', value: '3' },
      file('some bytes of a picture'),
      { name: 'label', value: 'x' },
    ]);
    const types = [
      CONTENT_TYPE,
      'multipart/form-data',
      'multipart/form-data; boundary=',
      `multipart/mixed; boundary=${BOUNDARY}`,
    ];
    for (let i = 0; i < 120; i++) {
      const body = Buffer.from(whole.subarray(0, i % 2 === 0 ? whole.length : random.integer(whole.length)));
      const flips = i % 3 === 0 ? 1 + random.integer(20) : 0;
      for (let flip = 0; flip < flips; flip++) body[random.integer(body.length)] = random.integer(256);
      const { status, json } = await post(body, random.integer(4) === 0 ? random.pick(types) : CONTENT_TYPE);
      expect([200, 400, 413]).toContain(status);
      if (status !== 200) expect(json).toHaveProperty('error.remedy');
    }
    expect(logged.faults()).toEqual([]);
  });
});
