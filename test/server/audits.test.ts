import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { afterAll, describe, expect, it } from 'vitest';
import { writeReport } from '../../audit/report-file.ts';
import { auditFolder } from '../../server/jobs/kinds/audit/folder.ts';
import { resultOf } from '../../server/jobs/kinds/audit/result.ts';
import { realisticReport } from '../audit/support/report.ts';
import { testApp } from './support/app.ts';
import { memoryJobs } from './support/jobs.ts';

const data = mkdtempSync(join(tmpdir(), 'holdfast-audits-'));
afterAll(() => rmSync(data, { recursive: true }));

const report = await realisticReport();

/** An app with an audit that is done and its report on disk. */
async function withAudit() {
  const jobs = memoryJobs(data);
  const made = testApp({ jobs });
  const { body } = await request(made.app).post('/audits').send({ steps: 2, queries: 3 });
  const end = new AbortController();
  await jobs.queue.work(async ({ job }) => {
    const folder = auditFolder(data, job.id) ?? '';
    mkdirSync(folder, { recursive: true });
    writeReport(join(folder, 'audit.json'), report);
    writeFileSync(join(folder, 'report.html'), '<!doctype html><style>p{}</style>');
    end.abort();
    return resultOf(report);
  }, end.signal);
  return { ...made, id: String(body.id) };
}

describe('audits over HTTP', () => {
  it('are given to the workers', async () => {
    const { app, jobs } = testApp();
    const { status, body, headers } = await request(app).post('/audits').send({ steps: 2, queries: 3 });
    expect(status).toBe(202);
    expect(headers.location).toBe(`/audits/${body.id}`);
    expect(body).toMatchObject({
      state: 'waiting',
      result: null,
      input: { steps: 2, profile: 'quick', images: 1_000 },
    });
    expect(await jobs.queue.get(body.id)).toMatchObject({ kind: 'audit', input: { steps: 2, queries: 3 } });
  });

  it.each(['/audits', '/jobs', '/schedules'])('are refused beyond their cost at %s', async (path) => {
    const { app, jobs } = testApp();
    const input = { steps: 100, restarts: 2, queries: 10 };
    const bodies = {
      '/audits': input,
      '/jobs': { kind: 'audit', input },
      '/schedules': { kind: 'audit', input, cron: '0 3 * * *' },
    };
    const { status, body } = await request(app)
      .post(path)
      .send(bodies[path as keyof typeof bodies]);
    expect([status, body.error.code]).toEqual([422, 'COST_EXCEEDED']);
    expect(body.error.message).toContain('2000');
    expect(await jobs.queue.list({ limit: 10 })).toEqual([]);
  });

  it('come by cron', async () => {
    const { app } = testApp();
    const audit = { kind: 'audit', input: { steps: 2, queries: 3 } };
    const { status, body } = await request(app)
      .post('/schedules')
      .send({ ...audit, cron: '0 3 * * *' });
    expect([status, body.kind]).toEqual([201, 'audit']);
  });

  it('are listed with their scores beside intervals and verdicts, and no other jobs among them', async () => {
    const { app, jobs, id } = await withAudit();
    await jobs.queue.enqueue({ kind: 'ingest', input: { folder: '.' } });
    const { body } = await request(app).get('/audits');
    expect(body.audits).toHaveLength(1);
    const { ers } = report;
    expect(body.audits[0]).toMatchObject({ id, state: 'done', result: { ers, verdicts: { believable: true } } });
    expect((await request(app).get('/audits?state=failed')).body).toEqual({ audits: [] });
  });

  it('have their whole report, also as a page that may show its own style and nothing else', async () => {
    const { app, id } = await withAudit();
    const { body } = await request(app).get(`/audits/${id}`);
    expect(body).toMatchObject({ id, report: { format: 1, model: { version: report.model.version } } });
    const page = await request(app).get(`/audits/${id}.html`);
    expect([page.status, page.type, page.text.startsWith('<!doctype html>')]).toEqual([200, 'text/html', true]);
    const policy = page.headers['content-security-policy'] ?? '';
    expect(policy).toContain("style-src 'unsafe-inline'");
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('script-src');
  });

  it.each([
    ['as a browser asks', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html'],
    ['when the page is named first', 'text/html, application/json', 'text/html'],
    ['when JSON is named first', 'application/json, text/html', 'application/json'],
    ['when JSON is liked better', 'text/html;q=0.5, application/json', 'application/json'],
    ['when anything will do', '*/*', 'application/json'],
    ['when nothing that there is will do', 'application/pdf', 'application/json'],
  ])('are a page or JSON by what is accepted: %s', async (_, accept, type) => {
    const { app, id } = await withAudit();
    const answer = await request(app).get(`/audits/${id}`).set('Accept', accept);
    expect([answer.status, answer.type]).toEqual([200, type]);
    expect(answer.headers.vary).toContain('Accept');
    const policy = answer.headers['content-security-policy'] ?? '';
    expect(policy.includes("style-src 'unsafe-inline'")).toBe(type === 'text/html');
  });

  it('tell a browser how far they are before they have a page', async () => {
    const { app } = testApp();
    const { body } = await request(app).post('/audits').send({ steps: 1, queries: 1 });
    const answer = await request(app).get(`/audits/${body.id}`).set('Accept', 'text/html');
    expect([answer.status, answer.type, answer.body.state]).toEqual([200, 'application/json', 'waiting']);
  });

  it('have none before they are done, or where it is gone', async () => {
    const { app, id } = await withAudit();
    const { body: waiting } = await request(app).post('/audits').send({ steps: 1, queries: 1 });
    expect((await request(app).get(`/audits/${waiting.id}`)).body).toMatchObject({ state: 'waiting', report: null });
    const early = await request(app).get(`/audits/${waiting.id}.html`);
    expect([early.status, early.body.error.code]).toEqual([409, 'AUDIT_UNFINISHED']);
    rmSync(auditFolder(data, id) ?? '', { recursive: true });
    for (const path of [`/audits/${id}`, `/audits/${id}.html`])
      expect((await request(app).get(path)).body.error.code).toBe('AUDIT_UNKNOWN');
  });

  it('are known by their own ids, and jobs of another kind are none', async () => {
    const { app, jobs } = testApp();
    const { id } = await jobs.queue.enqueue({ kind: 'ingest', input: { folder: '.' } });
    for (const name of [id, 'none', '..%2f..%2fetc', '%2e%2e']) {
      for (const path of [`/audits/${name}`, `/audits/${name}.html`]) {
        const { status, body } = await request(app).get(path);
        expect([path, status, body.error.code]).toEqual([path, 404, expect.stringMatching(/_UNKNOWN$/)]);
      }
    }
    expect((await request(app).delete(`/audits/${id}`)).body.error.code).toBe('AUDIT_UNKNOWN');
    expect(await jobs.queue.get(id)).toMatchObject({ state: 'waiting' });
  });

  it('are cancelled by who may give them', async () => {
    const { app } = testApp();
    const { body } = await request(app).post('/audits').send({ steps: 1, queries: 1 });
    const cancelled = await request(app).delete(`/audits/${body.id}`);
    expect([cancelled.status, cancelled.body.state]).toEqual([202, 'cancelled']);
  });

  it('show their last scores to Prometheus, with intervals and verdicts', async () => {
    const { app } = await withAudit();
    const { text } = await request(app).get('/metrics');
    const label = `model="${report.model.version}"`;
    expect(text).toContain(`holdfast_audit_score{${label},score="ers",bound="value"} ${report.ers.value}`);
    expect(text).toContain(`holdfast_audit_score{${label},score="ars",bound="low"} ${report.ars.low}`);
    expect(text).toContain(`holdfast_audit_verdicts{${label},state="holds"} 13`);
    const { text: without } = await request(testApp().app).get('/metrics');
    expect(without).not.toContain('holdfast_audit_score{');
  });
});
