import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import request from 'supertest';
import { afterEach, describe, expect, it } from 'vitest';
import { tracingWith } from '../../../server/tracing/spans.ts';
import { testApp } from '../support/app.ts';
import { fakeModel } from '../support/model.ts';
import { png } from '../support/pictures.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';

describe('a trace of a request', () => {
  const exporter = new InMemorySpanExporter();
  const tracing = tracingWith(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  afterEach(() => exporter.reset());

  it('is a span named after the route, with what was asked and answered', async () => {
    const { app } = testApp({ tracing });
    await request(app).get('/images/nobody?secret=1').set('X-Request-Id', 'abc');
    const [span, ...others] = exporter.getFinishedSpans();
    expect(others).toEqual([]);
    expect([span?.name, span?.kind, span?.parentSpanContext]).toEqual(['GET /images/{id}', 1, undefined]);
    expect(span?.attributes).toEqual({
      'http.request.method': 'GET',
      'http.route': '/images/{id}',
      'url.path': '/images/nobody',
      'http.response.status_code': 400,
      'holdfast.request_id': 'abc',
    });
  });

  it('has the stages of a search below it, one after the other within it', async () => {
    const { app } = testApp({ tracing });
    await request(app)
      .post('/search')
      .attach('image', await png('a'), 'a.png');
    const spans = exporter.getFinishedSpans();
    const whole = spans.find(({ name }) => name === 'POST /search');
    const stages = spans.filter((span) => span !== whole);
    expect(stages.map(({ name }) => name)).toEqual(expect.arrayContaining(['decode', 'embed', 'search', 'robustness']));
    const milliseconds = ([seconds, nanoseconds]: readonly [number, number]): number =>
      1e3 * seconds + nanoseconds / 1e6;
    stages.forEach((stage, i) => {
      expect(stage.parentSpanContext?.spanId).toBe(whole?.spanContext().spanId);
      const before = stages[i - 1];
      if (before !== undefined) expect(milliseconds(stage.startTime)).toBeCloseTo(milliseconds(before.endTime), 3);
    });
  });

  it('goes on with the trace of the caller, and says in the log which it is', async () => {
    const { app, logged } = testApp({ tracing });
    await request(app).get('/healthz').set('traceparent', `00-${TRACE}-${CALLER}-01`);
    const [span] = exporter.getFinishedSpans();
    expect([span?.spanContext().traceId, span?.parentSpanContext?.spanId]).toEqual([TRACE, CALLER]);
    expect(logged.entries().find(({ message }) => message === 'answered')).toMatchObject({ trace: TRACE });
  });

  it('begins anew where the caller names none that can be read, and is left out where he wants none', async () => {
    const { app, logged } = testApp({ tracing });
    await request(app).get('/healthz').set('traceparent', '00-xyz');
    expect(exporter.getFinishedSpans()).toHaveLength(1);
    exporter.reset();
    await request(app).get('/healthz').set('traceparent', `00-${TRACE}-${CALLER}-00`);
    expect(exporter.getFinishedSpans()).toEqual([]);
    expect(logged.entries().at(-1)).not.toHaveProperty('trace');
  });

  it('is an error where the server failed', async () => {
    const model = fakeModel({ embed: () => Promise.reject(new Error('lost')) });
    const { app } = testApp({ tracing, model });
    await request(app)
      .post('/search')
      .attach('image', await png('a'), 'a.png');
    const [span] = exporter.getFinishedSpans();
    expect([span?.status.code, span?.attributes['http.response.status_code']]).toEqual([2, 500]);
  });
});
