import { describe, expect, it } from 'vitest';
import { noTracing } from '../../../server/tracing/none.ts';
import { openTracing, wantsTraces } from '../../../server/tracing/open.ts';

const endpoint = 'http://127.0.0.1:4318';

describe('traces are asked for', () => {
  it.each([
    [{}, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, true],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint }, true],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SDK_DISABLED: 'TRUE' }, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_EXPORTER: 'none' }, false],
  ])('by %o: %o', (environment, wanted) => {
    expect(wantsTraces(environment)).toBe(wanted);
  });

  it('by nobody: nothing is traced', async () => {
    expect(await openTracing({})).toBe(noTracing);
  });

  it('by a collector: there is something that can be closed', async () => {
    const tracing = await openTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
    expect(tracing).not.toBe(noTracing);
    await tracing.close();
  });
});
