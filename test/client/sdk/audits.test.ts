import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AuditWithReport, HoldfastClient } from '../../../client/sdk/index.ts';
import { type Handler, sendError, sendJson, startServer, type TestServer } from './server.ts';

const audit: AuditWithReport = {
  ...{ id: 'a', input: { steps: 2 }, state: 'waiting', cancelRequested: false, progress: null, error: null },
  ...{ result: null, report: null, createdAt: '2026-11-28T10:00:00.000Z', startedAt: null, finishedAt: null },
};

describe('audits in the SDK', () => {
  let server: TestServer;
  let answer: Handler;
  let client: HoldfastClient;

  beforeEach(async () => {
    answer = (_, response) => sendJson(response, 200, audit);
    server = await startServer((request, response) => answer(request, response));
    client = new HoldfastClient(server.url);
  });
  afterEach(() => server.close());
  const last = () => server.requests.at(-1);

  it('are given as JSON, read and cancelled by their id', async () => {
    expect(await client.addAudit({ steps: 2 })).toEqual(audit);
    expect(last()).toMatchObject({ method: 'POST', url: '/audits', body: Buffer.from('{"steps":2}') });
    expect(await client.audit('a/b')).toEqual(audit);
    expect(last()).toMatchObject({ method: 'GET', url: '/audits/a%2Fb' });
    expect(await client.cancelAudit('a')).toEqual(audit);
    expect(last()).toMatchObject({ method: 'DELETE', url: '/audits/a' });
  });

  it('are listed by what is asked for', async () => {
    answer = (_, response) => sendJson(response, 200, { audits: [audit] });
    expect(await client.audits({ state: 'done', limit: 3 })).toEqual([audit]);
    expect(last()?.url).toBe('/audits?state=done&limit=3');
  });

  it('have a page, or the error that says why not', async () => {
    answer = (_, response) => void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<p>');
    expect(await client.auditPage('a')).toBe('<p>');
    expect(last()?.url).toBe('/audits/a.html');
    answer = (_, response) => sendError(response, 409, 'AUDIT_UNFINISHED');
    await expect(client.auditPage('a')).rejects.toMatchObject({ code: 'AUDIT_UNFINISHED', status: 409 });
  });
});
