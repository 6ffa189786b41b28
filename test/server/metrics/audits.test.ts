import { Registry } from 'prom-client';
import { beforeEach, describe, expect, it } from 'vitest';
import { resultOf } from '../../../server/jobs/kinds/audit/result.ts';
import type { Job, JobFilter, JobQueue } from '../../../server/jobs/types.ts';
import { addAuditGauges } from '../../../server/metrics/audits.ts';
import { realisticReport } from '../../audit/support/report.ts';
import { memoryJobs } from '../support/jobs.ts';

const report = await realisticReport();

describe('the gauges of the last audit', () => {
  let registry: Registry;
  let asked: JobFilter[];
  let list: JobQueue['list'];

  beforeEach(() => {
    registry = new Registry();
    asked = [];
    list = async () => [];
    const queue: Pick<JobQueue, 'list'> = {
      list(filter) {
        asked.push(filter);
        return list(filter);
      },
    };
    addAuditGauges(queue, [registry]);
  });

  const done = async (): Promise<Job> => {
    const job = await memoryJobs().queue.enqueue({ kind: 'audit', input: {} });
    return { ...job, state: 'done', result: resultOf(report) };
  };
  const figures = async (): Promise<string[]> =>
    (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));

  it('ask the queue once for a scrape, and again for the next', async () => {
    const job = await done();
    list = async () => [job];
    expect(await figures()).toHaveLength(9);
    expect(asked).toEqual([{ kind: 'audit', state: 'done', limit: 1 }]);
    await figures();
    expect(asked).toHaveLength(2);
  });

  it('are those of the audit that is the last by then', async () => {
    expect(await figures()).toEqual([]);
    const job = await done();
    list = async () => [job];
    expect((await figures()).every((line) => line.includes(`model="${report.model.version}"`))).toBe(true);
    list = async () => [];
    expect(await figures()).toEqual([]);
  });

  it('are none, and no failure, while the queue cannot be reached', async () => {
    list = () => Promise.reject(new Error('away'));
    expect(await figures()).toEqual([]);
  });
});
