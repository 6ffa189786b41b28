import { readFileSync } from 'node:fs';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { catalogue, type ErrorCode } from '../../base/errors.ts';
import { errorsOf } from '../../server/http/endpoint.ts';
import { API_VERSION, openApiDocument } from '../../server/openapi/document.ts';
import { endpoints } from '../../server/routes/index.ts';
import { testApp } from './support/app.ts';
import { png } from './support/pictures.ts';

const document = openApiDocument(endpoints);
const operations = Object.entries(document.paths).flatMap(([path, byMethod]) =>
  Object.entries(byMethod).map(([method, operation]) => ({ path, method, operation })),
);
/** Codes of requests that no endpoint took. */
const ELSEWHERE: readonly ErrorCode[] = ['ROUTE_UNKNOWN', 'METHOD_NOT_ALLOWED'];
const codesOf = (responses: (typeof operations)[number]['operation']['responses']): string[] =>
  Object.values(responses).flatMap((response) => (response['x-codes'] as string[] | undefined) ?? []);

describe('the OpenAPI document', () => {
  it('is served, with itself in it', async () => {
    const { body, status } = await request(testApp({ ready: false }).app).get('/openapi.json');
    expect(status).toBe(200);
    expect(body).toEqual(JSON.parse(JSON.stringify(document)));
    expect(body.paths['/openapi.json'].get.summary).toBe('This document.');
  });

  it('is the committed copy, docs/openapi.json, which `npm run openapi` brings up to date', () => {
    expect(JSON.parse(readFileSync('docs/openapi.json', 'utf8'))).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it('says of an answer that comes in two kinds what both are', () => {
    const [page, json] = [document.paths['/audits/{id}.html'], document.paths['/audits/{id}']].map((path) =>
      Object.keys(Object(path?.get?.responses[200]?.content)),
    );
    expect(page).toEqual(['text/html']);
    expect(json).toEqual(['application/json', 'text/html']);
  });

  it('has the version of the package', () => {
    expect(JSON.parse(readFileSync('package.json', 'utf8')).version).toBe(API_VERSION);
  });

  it('says ranges, defaults and choices of fields as a client writes them', () => {
    expect(document.paths['/samples']?.get?.parameters).toEqual([
      {
        name: 'count',
        in: 'query',
        required: false,
        schema: { type: 'integer', minimum: 1, maximum: 100, default: 24 },
      },
    ]);
    const form = JSON.parse(JSON.stringify(document.paths['/search']?.post?.requestBody)).content[
      'multipart/form-data'
    ];
    expect(form.schema.required).toEqual(['image']);
    expect(form.schema.properties).toMatchObject({
      image: { type: 'string' },
      k: { type: 'integer', minimum: 1, maximum: 100, default: 10 },
      robustness: { enum: ['none', 'margin', 'gradient', 'probe'], default: 'margin' },
      exact: { type: 'boolean', default: false },
    });
  });

  it('names the parts of a path', () => {
    for (const { path, operation } of operations) {
      const parts = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)).toEqual(
        parts,
      );
    }
  });

  it('refers to nothing that it does not have', () => {
    const references = JSON.stringify(document).match(/"\$ref":"[^"]+"/g) ?? [];
    expect([...new Set(references)]).toEqual(['"$ref":"#/components/schemas/Error"']);
  });

  it('has, with the catalogue and docs/api.md, one list of the errors of requests', () => {
    const written = [...readFileSync('docs/api.md', 'utf8').matchAll(/^\| `([A-Z_]+)` \| (\d{3}) \|/gm)];
    const possible = new Set([...operations.flatMap(({ operation }) => codesOf(operation.responses)), ...ELSEWHERE]);
    expect([...possible].sort()).toEqual(written.map(([, code]) => code).sort());
    for (const [, code, status] of written) expect(catalogue[code as ErrorCode].status).toBe(Number(status));
  });

  it('lists each code under its status', () => {
    for (const { operation } of operations) {
      for (const [status, response] of Object.entries(operation.responses)) {
        for (const code of (response['x-codes'] as ErrorCode[] | undefined) ?? []) {
          expect(catalogue[code].status).toBe(Number(status));
        }
      }
    }
  });
});

describe('what is answered', () => {
  const answerOf = (name: string) => {
    const found = endpoints.find(({ method, path }) => `${method} ${path}` === name);
    if (found === undefined) throw new RangeError(name);
    return found;
  };

  it('is of the shape that the document promises', async () => {
    const { app, jobs } = testApp();
    const picture = await png('a');
    const checked: string[] = [];
    const check = async (name: string, sent: request.Test): Promise<void> => {
      const response = await sent;
      const { answer } = answerOf(name);
      expect([name, response.status]).toEqual([name, answer.status]);
      const parsed = answer.json?.safeParse(response.body);
      expect(parsed?.error && z.prettifyError(parsed.error)).toBeUndefined();
      checked.push(name);
    };
    const post = (path: string): request.Test => request(app).post(path).attach('image', picture, 'a.png');
    for (const id of ['a', 'b', 'c']) await check('POST /images', post(`/images?id=${id}&label=x`));
    for (const robustness of ['none', 'margin', 'gradient', 'probe']) {
      await check('POST /search', post(`/search?k=2&robustness=${robustness}`));
    }
    for (const attacks of ['es', 'qa%2B,qa-', 'ca%2B,ca-,tma,gtt']) {
      await check('POST /probes', post(`/probes?attacks=${attacks}&steps=1&k=1`));
    }
    await check('PUT /images/{id}', request(app).put('/images/d').attach('image', picture, 'a.png'));
    for (const path of ['/images', '/count']) await check(`GET ${path}`, request(app).get(path));
    await check('GET /samples', request(app).get('/samples'));
    await check('GET /images/{id}', request(app).get('/images/a'));
    await check('GET /images/{id}/duplicates', request(app).get('/images/a/duplicates?bits=64'));
    await check('DELETE /images/{id}', request(app).delete('/images/a'));
    await check('GET /models', request(app).get('/models'));
    await check('POST /snapshots', request(app).post('/snapshots'));
    await check('GET /snapshots', request(app).get('/snapshots'));
    const nightly = { kind: 'ingest', input: { folder: 'shop' }, cron: '0 3 * * *' };
    await check('POST /schedules', request(app).post('/schedules').send(nightly));
    await check('GET /schedules', request(app).get('/schedules'));
    const [schedule] = await jobs.queue.schedules();
    await check('DELETE /schedules/{id}', request(app).delete(`/schedules/${schedule?.id}`));
    const ingest = { kind: 'ingest', input: { folder: 'shop' } };
    await check('POST /jobs', request(app).post('/jobs').send(ingest));
    await check('GET /jobs', request(app).get('/jobs'));
    const [{ id = '' } = {}] = await jobs.queue.list({ limit: 1 });
    await check('GET /jobs/{id}', request(app).get(`/jobs/${id}`));
    await check('DELETE /jobs/{id}', request(app).delete(`/jobs/${id}`));
    await check('GET /jobs/{id}/events', request(app).get(`/jobs/${id}/events`));
    const judged = await request(app).post('/audits').send({ steps: 1, queries: 1 });
    await check('POST /audits', request(app).post('/audits').send({ steps: 1, queries: 1 }));
    await check('GET /audits', request(app).get('/audits'));
    await check('GET /audits/{id}', request(app).get(`/audits/${judged.body.id}`));
    await check('DELETE /audits/{id}', request(app).delete(`/audits/${judged.body.id}`));
    for (const path of ['/healthz', '/readyz', '/metrics', '/docs', '/openapi.json'])
      await check(`GET ${path}`, request(app).get(path));
    // Those of a promotion: test/server/models.
    checked.push('POST /models/{version}/promote', 'POST /models/rollback', 'DELETE /models/promotion');
    // Needs an audit that is done: test/server/audits.test.ts.
    checked.push('GET /audits/{id}.html');
    expect([...new Set(checked)].sort()).toEqual(endpoints.map(({ method, path }) => `${method} ${path}`).sort());
  });

  it('is an error of the list where it is one', async () => {
    const { app } = testApp();
    const wrong: readonly (readonly [string, request.Test])[] = [
      ['POST /search', request(app).post('/search')],
      ['POST /search', request(app).post('/search').attach('image', Buffer.from('no picture'), 'a.png')],
      ['GET /images/{id}', request(app).get('/images/none')],
      ['DELETE /images/{id}', request(app).delete('/images/none')],
      ['GET /samples', request(app).get('/samples?count=0')],
      ['POST /jobs', request(app).post('/jobs').send({ kind: 'none' })],
      ['POST /schedules', request(app).post('/schedules').send({ kind: 'ingest', cron: 'daily' })],
      ['DELETE /schedules/{id}', request(app).delete('/schedules/none')],
      ['POST /models/{version}/promote', request(app).post('/models/none-1/promote')],
      ['POST /models/rollback', request(app).post('/models/rollback')],
      ['GET /jobs/{id}', request(app).get('/jobs/none')],
    ];
    for (const [name, sent] of wrong) expect(errorsOf(answerOf(name))).toContain((await sent).body.error.code);
  });
});
