import type { Report } from '../harness.ts';
import type { Bench } from './bench.ts';
import { fire, flood } from './fire.ts';
import { summarise } from './load.ts';
import { search } from './requests.ts';
import { usageOf } from './usage.ts';

const PEAK_CONNECTIONS = 32;
const TIMES = 10;
/** More requests on their way than the server lets in. */
const CONNECTIONS = 400;

/** What is left of the peak at ten times the requests, how fast the others are refused, and what it takes in memory. */
export async function overload({ server, pictures, seconds, onProgress }: Bench): Promise<Report> {
  const shapes = pictures.map(search);
  onProgress('the peak');
  const peak = summarise(await fire(server.url, shapes, { seconds, connections: PEAK_CONNECTIONS }), seconds);
  const before = usageOf(server.pid);
  // Whole requests a second of each connection, as autocannon takes no others.
  const rate = CONNECTIONS * Math.ceil((TIMES * peak.perSecond) / CONNECTIONS);
  onProgress(`${rate} searches a second`);
  const answers = await flood(server.url, shapes, { seconds, connections: CONNECTIONS, rate, connected: true });
  const flooded = summarise(answers, seconds);
  const during = usageOf(server.pid);
  const after = summarise(await fire(server.url, shapes, { seconds, connections: PEAK_CONNECTIONS }), seconds);
  const figures = {
    'peak a second': peak.perSecond,
    'sent a second': (flooded.perSecond * seconds + flooded.refused + flooded.failed) / seconds,
    'answered a second': flooded.perSecond,
    'share of the peak': flooded.perSecond / peak.perSecond,
    'p99 of answers, ms': flooded.p99,
    'p99 of refusals, ms': flooded.refusedP99,
    refused: flooded.refused,
    failed: flooded.failed,
    'memory before, MB': before.megabytes,
    'memory after, MB': during.megabytes,
    'share of the peak afterwards': after.perSecond / peak.perSecond,
  };
  return {
    name: `ten times the peak, ${CONNECTIONS} connections`,
    rows: [['', ''], ...Object.entries(figures).map(([name, value]) => [name, value.toFixed(2)])],
    figures,
  };
}
