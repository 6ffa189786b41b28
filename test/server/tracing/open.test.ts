import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import request from 'supertest';
import { describe, expect, it, vi } from 'vitest';
import { listen } from '../../../server/listen.ts';
import { noTracing } from '../../../server/tracing/none.ts';
import { openTracing, wantsTraces } from '../../../server/tracing/open.ts';
import { testApp } from '../support/app.ts';

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

  it('by a collector: it gets the spans, at the latest when the server stops', async () => {
    const received: { readonly url: string | undefined; readonly body: string }[] = [];
    const collector = createServer(async (incoming, response) => {
      received.push({ url: incoming.url, body: (await buffer(incoming)).toString('latin1') });
      response.end();
    });
    try {
      vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', await listen(collector, '127.0.0.1', 0));
      vi.stubEnv('OTEL_SERVICE_NAME', 'pictures');
      const tracing = await openTracing(process.env);
      await request(testApp({ tracing }).app).get('/healthz');
      await tracing.close();
      expect(received).toEqual([{ url: '/v1/traces', body: expect.stringMatching(/pictures.*GET \/healthz/s) }]);
    } finally {
      vi.unstubAllEnvs();
      collector.close();
    }
  });
});
