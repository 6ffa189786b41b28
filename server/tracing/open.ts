import { noTracing } from './none.ts';
import type { Tracing } from './types.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether OpenTelemetry's own variables ask for traces. */
export function wantsTraces(environment: Environment): boolean {
  const { OTEL_SDK_DISABLED, OTEL_TRACES_EXPORTER = 'otlp' } = environment;
  if (OTEL_SDK_DISABLED?.toLowerCase() === 'true' || OTEL_TRACES_EXPORTER !== 'otlp') return false;
  return Boolean(environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || environment.OTEL_EXPORTER_OTLP_ENDPOINT);
}

/**
 * Traces over OTLP (HTTP, protobuf) where the environment asks for them; nothing of OpenTelemetry is loaded where it does not. The
 * libraries read the other variables themselves: sampler, headers, timeouts, sizes of batches.
 */
export async function openTracing(environment: Environment): Promise<Tracing> {
  if (!wantsTraces(environment)) return noTracing;
  const [
    { OTLPTraceExporter },
    { BasicTracerProvider, BatchSpanProcessor },
    { resourceFromAttributes },
    { tracingWith },
  ] = await Promise.all([
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/resources'),
    import('./spans.ts'),
  ]);
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': environment.OTEL_SERVICE_NAME || 'holdfast' }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  return tracingWith(provider);
}
