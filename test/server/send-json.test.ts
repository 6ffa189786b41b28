import express from 'express';
import request from 'supertest';
import { expect, it } from 'vitest';
import { sendJson } from '../../server/http/send-json.ts';

it('sends a value as Express does, without an ETag', async () => {
  const value = { text: 'é\u{1f600}', numbers: [0.1, -2e-7], left: undefined, none: null };
  const app = express();
  app.post('/express', (_request, response) => void response.status(201).json(value));
  app.post('/', (_request, response) => sendJson(response.status(201), value));
  const [theirs, ours] = [await request(app).post('/express'), await request(app).post('/')];
  expect([ours.status, ours.body]).toEqual([201, { text: 'é\u{1f600}', numbers: [0.1, -2e-7], none: null }]);
  for (const header of ['content-type', 'content-length']) expect(ours.headers[header]).toBe(theirs.headers[header]);
  expect(ours.headers.etag).toBeUndefined();
});
