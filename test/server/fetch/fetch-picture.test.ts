import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createFetch, type FetchOptions } from '../../../server/fetch/fetch-picture.ts';

let server: Server;
let port: number;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let asked: (string | undefined)[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.headers.host}${request.url}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const signal = new AbortController().signal;
/** A fetch that may reach this machine's server, and nothing else. */
const fetcher = (options: Partial<FetchOptions> = {}) =>
  createFetch({ maxBytes: 1_000, isAllowed: (address) => address === '127.0.0.1', ...options });
const refused = { code: 'URL_REFUSED' };

describe('a fetch for a client', () => {
  it('gives the bytes behind a URL', async () => {
    answer = (_, response) => response.end('some bytes');
    const bytes = await fetcher()(`http://127.0.0.1:${port}/a.png`, signal);
    expect(Buffer.from(bytes).toString()).toBe('some bytes');
  });

  it.each([
    'http://127.0.0.1/',
    'http://localhost/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://10.0.0.1/',
    'http://0.0.0.0/',
    'http://user:word@8.8.8.8/',
    'http://8.8.8.8:6379/',
    'file:///etc/passwd',
    'ftp://8.8.8.8/',
    'gopher://8.8.8.8/',
    'data:image/png;base64,AAAA',
    '//8.8.8.8/',
    'picture.png',
    '',
  ])('does not reach %s', async (url) => {
    asked = [];
    await expect(createFetch({ maxBytes: 10 })(url, signal)).rejects.toMatchObject(refused);
    expect(asked).toEqual([]);
  });

  it('refuses a name that has any address that is not allowed', async () => {
    for (const addresses of [['10.0.0.1'], ['127.0.0.1', '10.0.0.1'], ['::ffff:10.0.0.1']]) {
      const fetch = fetcher({ resolve: async () => addresses });
      await expect(fetch(`http://pictures.example:${port}/`, signal)).rejects.toMatchObject(refused);
    }
    const nowhere = fetcher({ resolve: async () => [] });
    await expect(nowhere('http://pictures.example/', signal)).rejects.toMatchObject({ code: 'URL_UNREACHABLE' });
  });

  it('looks a name up once and connects to the address that it checked', async () => {
    answer = (_, response) => response.end('here');
    asked = [];
    const resolve = vi.fn(async () => ['127.0.0.1']);
    await fetcher({ resolve })(`http://pictures.example:${port}/a`, signal);
    expect(resolve).toHaveBeenCalledTimes(1);
    expect(asked).toEqual([`pictures.example:${port}/a`]);
  });

  it('checks where it is sent on to, a few times and no more', async () => {
    const follow = async (location: string) => {
      answer = (request, response) => {
        if (request.url === '/end') response.end('there');
        else response.writeHead(302, { Location: location }).end();
      };
      return Buffer.from(await fetcher()(`http://127.0.0.1:${port}/start`, signal)).toString();
    };
    expect(await follow('/end')).toBe('there');
    for (const trap of [
      'http://10.0.0.1/',
      'http://169.254.169.254/',
      'file:///etc/passwd',
      `http://[::1]:${port}/end`,
    ]) {
      await expect(follow(trap)).rejects.toMatchObject(refused);
    }
    asked = [];
    await expect(follow('/round')).rejects.toMatchObject({
      code: 'URL_UNREACHABLE',
      message: expect.stringContaining('redirects'),
    });
    expect(asked).toHaveLength(4);
  });

  it('takes no more bytes than allowed, whether they are announced or not', async () => {
    for (const announced of [true, false]) {
      answer = (_, response) => {
        if (announced) response.setHeader('Content-Length', 5_000);
        response.write('x'.repeat(2_000));
        response.end('x'.repeat(3_000));
      };
      await expect(fetcher()(`http://127.0.0.1:${port}/`, signal)).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
    }
  });

  it('gives up after its time, also when bytes trickle, and when the client is gone', async () => {
    answer = (_, response) => {
      response.write('x');
      const timer = setInterval(() => response.write('x'), 20);
      response.once('close', () => clearInterval(timer));
    };
    const slow = fetcher({ milliseconds: 100 })(`http://127.0.0.1:${port}/`, signal);
    await expect(slow).rejects.toMatchObject({ code: 'URL_UNREACHABLE', message: expect.stringContaining('100 ms') });
    const unresolved = fetcher({ milliseconds: 100, resolve: () => new Promise(() => {}) });
    await expect(unresolved('http://pictures.example/', signal)).rejects.toMatchObject({ code: 'URL_UNREACHABLE' });
    const controller = new AbortController();
    const gone = fetcher()(`http://127.0.0.1:${port}/`, controller.signal);
    controller.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
  });

  it.each([404, 500, 204])('of status %i is none', async (status) => {
    answer = (_, response) => response.writeHead(status).end();
    await expect(fetcher()(`http://127.0.0.1:${port}/`, signal)).rejects.toMatchObject({ code: 'URL_UNREACHABLE' });
  });
});
