import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HoldfastError } from '../base/errors.ts';

/** How long a client may take for the headers and for the whole of a request. */
const HEADERS_MILLISECONDS = 10_000;
const REQUEST_MILLISECONDS = 60_000;
/**
 * How long a connection may wait for its next request: longer than load balancers and clients keep theirs, which is a minute at most as
 * a rule. A server that hangs up first does so on requests that are on their way.
 */
const IDLE_MILLISECONDS = 75_000;

/** Starts to listen; answers with the URL. @throws HoldfastError PORT_UNAVAILABLE */
export async function listen(server: Server, host: string, port: number): Promise<string> {
  server.headersTimeout = HEADERS_MILLISECONDS;
  server.requestTimeout = REQUEST_MILLISECONDS;
  server.keepAliveTimeout = IDLE_MILLISECONDS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new HoldfastError('PORT_UNAVAILABLE', `cannot listen on ${host}:${port}: ${cause.message}`, { cause }));
    });
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${name}:${address.port}`;
}

/** How often connections that have become idle are looked for while stopping. */
const SWEEP_MILLISECONDS = 50;

/**
 * Stops to accept, lets requests in flight finish, and hangs up on those that have not finished after the patience
 * (milliseconds).
 */
export async function stopListening(server: Server, patience: number): Promise<void> {
  const hangUp = setTimeout(() => server.closeAllConnections(), patience);
  // A connection that was busy would be kept open for a next request otherwise.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MILLISECONDS);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  clearInterval(sweep);
  clearTimeout(hangUp);
}
