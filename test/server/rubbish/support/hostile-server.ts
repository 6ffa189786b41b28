import { createServer, request as httpRequest, type OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { protectDecoder } from '../../../../embedding/decode.ts';
import { testApp } from '../../support/app.ts';

/** Seconds of the processor that a request may cost. Time on the clock would depend on what else the machine does. */
const SECONDS = 1;

export interface Rubbish {
  readonly method?: string;
  /** Sent as it is: nothing is normalised. */
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Uint8Array;
}

export interface Outcome {
  /** 0 when the connection ended without an answer. */
  readonly status: number;
  readonly code: string | undefined;
  readonly text: string;
}

export interface HostileServer {
  send(rubbish: Rubbish): Promise<Outcome>;
  /** Sends it and expects an error of the catalogue that is the client's fault, at little cost. */
  expectRefused(rubbish: Rubbish): Promise<Outcome>;
  /** Expects that the server is well and has logged no fault of its own. */
  expectWell(): Promise<void>;
  close(): void;
}

/** The app with the real decoder behind a real socket. */
export async function startHostileServer(): Promise<HostileServer> {
  protectDecoder();
  const { app, logged } = testApp({ maxUploadBytes: 300_000 });
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const send = ({ method = 'POST', path, headers = {}, body = '' }: Rubbish): Promise<Outcome> =>
    new Promise((resolve) => {
      const lost = (): void => resolve({ status: 0, code: undefined, text: '' });
      const length = { 'Content-Length': Buffer.byteLength(body) };
      const sent = httpRequest({ port, method, path, headers: { ...length, ...headers } }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk)).on('error', lost);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode ?? 0, code: codeOf(text), text });
        });
      });
      sent
        .on('error', lost)
        .setTimeout(20_000, () => sent.destroy())
        .end(body);
    });
  return {
    send,
    async expectRefused(rubbish) {
      const before = process.cpuUsage();
      const outcome = await send(rubbish);
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1e6).toBeLessThan(SECONDS);
      expect(outcome.status, outcome.text).toBeGreaterThanOrEqual(400);
      expect(outcome.status, outcome.text).toBeLessThan(500);
      return outcome;
    },
    async expectWell() {
      expect(logged.faults()).toEqual([]);
      expect((await send({ method: 'GET', path: '/readyz' })).status).toBe(200);
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function codeOf(text: string): string | undefined {
  try {
    return JSON.parse(text).error?.code;
  } catch {
    return undefined;
  }
}
