import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a test server has to know of a request. */
export interface Received {
  readonly method: string;
  /** Path with query. */
  readonly url: string;
  readonly body: Buffer;
  readonly authorization: string | undefined;
  /** The multipart form of the body; files as `File`. @throws TypeError when the body is none. */
  form(): Promise<FormData>;
}

export type Handler = (request: Received, response: ServerResponse) => void | Promise<void>;

export interface TestServer {
  readonly url: string;
  readonly requests: Received[];
  close(): Promise<void>;
}

/** A server on a free loopback port that hands each whole request to `handler`. */
export async function startServer(handler: Handler): Promise<TestServer> {
  const requests: Received[] = [];
  const server = createServer(async (incoming, response) => {
    const received = await receive(incoming);
    requests.push(received);
    await handler(received, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests, close: () => close(server) };
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}

/** Answers with an error in the shape of the server. */
export function sendError(
  response: ServerResponse,
  status: number,
  code: string,
  headers: Record<string, string> = {},
) {
  sendJson(response, status, { error: { code, message: `it was ${code}`, remedy: `mend ${code}` } }, headers);
}

async function receive(incoming: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const type = incoming.headers['content-type'] ?? '';
  return {
    method: incoming.method ?? '',
    url: incoming.url ?? '',
    body,
    authorization: incoming.headers.authorization,
    form: () => new Response(body, { headers: { 'content-type': type } }).formData(),
  };
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
