/** The value of a line of Prometheus' text format; NaN where there is none. */
export function metricIn(text: string, name: string): number {
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return line === undefined ? Number.NaN : Number(line.slice(name.length + 1));
}

/** Milliseconds of event-loop delay that one look in a hundred exceeds, since the last call. */
export async function eventLoopDelay(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return 1000 * metricIn(text, 'nodejs_eventloop_lag_p99_seconds');
}
