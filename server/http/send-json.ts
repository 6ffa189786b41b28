import type { Response } from 'express';

/**
 * Answers with JSON. The answer to a request that changes or computes something is never asked for again, so that it has no ETag, which
 * Express would hash it for.
 */
export function sendJson(response: Response, value: object): void {
  const text = JSON.stringify(value);
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', Buffer.byteLength(text));
  response.end(text);
}
