import type { Endpoint } from '../http/endpoint.ts';
import type { Access } from './roles.ts';

const everyKey = ['search', 'ingest', 'probe', 'operator', 'admin'] as const;

/** Who may call what: one line for each endpoint. An endpoint that is not here is not served. */
export const accessTable: Readonly<Record<string, Access>> = {
  'GET /healthz': 'public',
  'GET /readyz': 'public',
  'GET /openapi.json': 'public',
  'GET /docs': 'public',
  'GET /metrics': ['operator', 'admin'],
  'POST /search': ['search', 'probe', 'operator', 'admin'],
  'GET /samples': everyKey,
  'GET /count': everyKey,
  'GET /images': everyKey,
  'GET /images/{id}': everyKey,
  'GET /images/{id}/duplicates': everyKey,
  'POST /images': ['ingest', 'admin'],
  'PUT /images/{id}': ['ingest', 'admin'],
  'DELETE /images/{id}': ['ingest', 'admin'],
  'POST /probes': ['probe', 'admin'],
  'GET /audits': ['probe', 'operator', 'admin'],
  'POST /audits': ['probe', 'admin'],
  'GET /audits/{id}.html': ['probe', 'operator', 'admin'],
  'GET /audits/{id}': ['probe', 'operator', 'admin'],
  'DELETE /audits/{id}': ['probe', 'admin'],
  'GET /models': ['search', 'probe', 'operator', 'admin'],
  'POST /models/{version}/promote': ['operator', 'admin'],
  'POST /models/rollback': ['operator', 'admin'],
  'GET /snapshots': ['operator', 'admin'],
  'POST /snapshots': ['operator', 'admin'],
  'DELETE /models/promotion': ['operator', 'admin'],
  'GET /jobs': ['operator', 'admin'],
  'POST /jobs': ['operator', 'admin'],
  'GET /jobs/{id}': ['operator', 'admin'],
  'DELETE /jobs/{id}': ['operator', 'admin'],
  'GET /jobs/{id}/events': ['operator', 'admin'],
  'GET /schedules': ['operator', 'admin'],
  'POST /schedules': ['operator', 'admin'],
  'DELETE /schedules/{id}': ['operator', 'admin'],
};

/** The name of an endpoint in the table. */
export function endpointName({ method, path }: Pick<Endpoint, 'method' | 'path'>): string {
  return `${method} ${path}`;
}

/** @throws RangeError for an endpoint that is not in the table: a fault of the program. */
export function accessOf(endpoint: Pick<Endpoint, 'method' | 'path'>, table = accessTable): Access {
  const access = table[endpointName(endpoint)];
  if (access === undefined) throw new RangeError(`${endpointName(endpoint)} is not in the access table`);
  return access;
}
