import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HoldfastError } from '../../../base/errors.ts';
import { type JobRun, jobKinds } from '../../../server/jobs/kinds/index.ts';
import { type JobProgress, LetGo } from '../../../server/jobs/types.ts';
import type { PromotionStatus } from '../../../server/models/promoter.ts';
import { eventually } from '../../support/eventually.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { testManifest, writeTestModel } from '../support/model.ts';
import { noModels } from '../support/models.ts';

const began: PromotionStatus = { version: 'new-1', state: 'embedding', share: 0, error: null };

describe('a job that reindexes', () => {
  let app: TestApp;
  let server: Server;
  let status: PromotionStatus | undefined;
  let asked: { version: string; options: unknown }[];
  let cancelled: number;
  let reports: JobProgress[];
  let end: AbortController;

  beforeEach(async () => {
    [status, asked, cancelled, reports, end] = [undefined, [], 0, [], new AbortController()];
    app = testApp({
      models: {
        ...noModels(),
        promote(version, options) {
          if (version === 'worse-1') throw new HoldfastError('GATE_REFUSED', 'recallAt1 is 0.1 lower');
          asked.push({ version, options });
          status = { ...began, version };
          return status;
        },
        cancel() {
          cancelled += 1;
          status = { ...began, state: 'cancelled' };
          return status;
        },
        status: () => status,
      },
    });
    server = createServer(app.app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const run = (input: object = { version: 'new-1' }): Promise<unknown> => {
    const place = { data: '/nowhere', imports: '/nowhere', key: undefined };
    const job: JobRun = {
      ...{ ...place, id: '1', createdAt: '2026-11-28T10:00:00.000Z', earlierStarts: 0, signal: end.signal },
      server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      report: async (progress) => void reports.push(progress),
    };
    return jobKinds.reindex.run(input, job);
  };
  const takeOver = (): void => {
    app.lifecycle.open({ ...app.lifecycle.services(), manifest: testManifest('new-1') });
    status = { ...began, state: 'done', share: 1 };
  };
  const reported = (count: number) => eventually(() => expect(reports.length).toBeGreaterThanOrEqual(count));

  it('promotes a version, tells how far that is, and is done when it serves', async () => {
    const done = run({ version: 'new-1', floors: { recallAt1: 0.2 } });
    await reported(1);
    status = { ...began, share: 0.5 };
    const before = reports.length;
    await reported(before + 2);
    takeOver();
    expect(await done).toMatchObject({ version: 'new-1' });
    expect(asked).toEqual([{ version: 'new-1', options: { force: false, floors: { recallAt1: 0.2 } } }]);
    expect(reports.at(-1)).toEqual({ share: 0.475, note: 'embedding the gallery by new-1' });
  });

  it('begun again, follows the promotion that goes on, or sees that it is done', async () => {
    status = began;
    const done = run();
    await reported(1);
    takeOver();
    await done;
    await run();
    expect(asked).toEqual([]);
  });

  it('cancels the promotion when it is cancelled', async () => {
    const done = run();
    await reported(1);
    end.abort(new LetGo('cancelled'));
    await expect(done).rejects.toMatchObject({ why: 'cancelled' });
    expect(cancelled).toBe(1);
  });

  it('leaves the promotion alone when its worker ends', async () => {
    const done = run();
    await reported(1);
    end.abort(new LetGo('handed back'));
    await expect(done).rejects.toMatchObject({ why: 'handed back' });
    expect(cancelled).toBe(0);
  });

  it.each([
    ['failed', 'CANARY_FAILED'],
    ['cancelled', 'JOB_CANCELLED'],
  ] as const)('fails when the promotion has %s', async (state, code) => {
    const done = run();
    await reported(1);
    status = { ...began, state, error: { code: 'CANARY_FAILED', message: 'record "a" did not find itself' } };
    await expect(done).rejects.toMatchObject({ code });
  });

  it('fails with the refusal of the gate', async () => {
    await expect(run({ version: 'worse-1' })).rejects.toMatchObject({ code: 'GATE_REFUSED' });
  });

  it('is refused for a version that is not there', async () => {
    const data = mkdtempSync(join(tmpdir(), 'holdfast-reindex-'));
    writeTestModel(join(data, 'models'), 'new-1');
    const check = (version: string) => jobKinds.reindex.check({ version }, { data, auditCost: 1 });
    await expect(check('new-1')).resolves.toBeUndefined();
    await expect(check('none-1')).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
    rmSync(data, { recursive: true });
  });
});
