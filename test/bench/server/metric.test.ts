import { describe, expect, it } from 'vitest';
import { metricIn } from '../../../bench/server/metric.ts';
import { createLifecycle } from '../../../server/lifecycle.ts';
import { createMetrics } from '../../../server/metrics/metrics.ts';
import { memoryJobs } from '../../server/support/jobs.ts';

describe('a metric', () => {
  it('is found by its whole name', () => {
    const text = '# HELP lag_p99 a\nlag_p99_seconds 0.5\nlag_p99 0.25\nlag{a="b"} 3\n';
    expect([metricIn(text, 'lag_p99'), metricIn(text, 'lag{a="b"}'), metricIn(text, 'lag')]).toEqual([
      0.25,
      3,
      Number.NaN,
    ]);
  });

  it('of the event loop is one that the server has', async () => {
    const metrics = createMetrics(createLifecycle(memoryJobs()), { process: true });
    expect(metricIn(await metrics.read(), 'nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0);
  });
});
