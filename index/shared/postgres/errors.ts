import { HoldfastError } from '../../../base/errors.ts';

/** Two transactions were in each other's way, and PostgreSQL ended this one. */
const REPEAT = new Set(['40001', '40P01']);
/** No space, no memory, read only. */
const REFUSED = /^(53100|53200|25006)$/;
/** Classes of what has nothing to do with the statement: the connection, its rights, a server that stops or is full. */
const AWAY = /^(08|28|3D|53|57|58)/;

/** PostgreSQL's own codes, as against those of the operating system and of TLS, which have no digits. */
const SQLSTATE = /\d/;

/** Whether a transaction may succeed when it is done again. */
export function shouldRepeat(error: unknown): boolean {
  return REPEAT.has(codeOf(error) ?? '');
}

/**
 * Names the failures of PostgreSQL: INDEX_WRITE_FAILED when it refuses to store, STORE_UNAVAILABLE when it cannot be
 * reached or used. Other errors pass.
 */
export function namePostgresError(error: unknown): unknown {
  if (error instanceof HoldfastError || !(error instanceof Error)) return error;
  const code = codeOf(error);
  const message = `PostgreSQL: ${textOf(error)}${code === undefined ? '' : ` (${code})`}`;
  if (code !== undefined && REFUSED.test(code))
    return new HoldfastError('INDEX_WRITE_FAILED', message, { cause: error });
  if (code === undefined ? isConnectionError(error) : AWAY.test(code) || !SQLSTATE.test(code)) {
    return new HoldfastError('STORE_UNAVAILABLE', message, { cause: error });
  }
  return error;
}

/** What `pg` says without a code when a connection ends or none comes. */
function isConnectionError({ message }: Error): boolean {
  return /connection|timeout/i.test(message);
}

/** A name with several addresses fails with an error for each of them. */
function textOf(error: Error): string {
  if (error.message !== '' || !(error instanceof AggregateError)) return error.message;
  return error.errors.map((one) => (one instanceof Error ? one.message : String(one))).join('; ');
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
