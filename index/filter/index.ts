import { HoldfastError } from '../../base/errors.ts';
import type { Metadata } from '../types.ts';
import { and } from './and.ts';
import { contains } from './contains.ts';
import { eq } from './eq.ts';
import { exists } from './exists.ts';
import { oneOf } from './in.ts';
import { not } from './not.ts';
import { or } from './or.ts';
import { range } from './range.ts';
import type { Filter, Operator, Sql } from './types.ts';

const operators = { and, or, not, eq, in: oneOf, contains, exists };
const kinds = ['and', 'or', 'not', 'eq', 'in', 'contains', 'exists'] as const satisfies (keyof typeof operators)[];

/** Filters inside one another; conditions in all, each value of an `in` being one. Far below what SQLite takes. */
const DEEPEST = 16;
const MOST_CONDITIONS = 512;

/** Checks what came as a filter. @throws REQUEST_INVALID naming the place that is wrong. */
export function parseFilter(value: unknown): Filter {
  let conditions = 0;
  const parse = (inner: unknown, at: string, depth: number): Filter => {
    if (depth > DEEPEST) refuse(at, `more than ${DEEPEST} filters inside one another`);
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return refuse(at, 'must be a JSON object');
    const filter = operatorOf(inner).parse(inner, at, (part, place) => parse(part, place, depth + 1));
    conditions += 'in' in filter ? filter.in.length : 1;
    return conditions > MOST_CONDITIONS ? refuse(at, `more than ${MOST_CONDITIONS} conditions`) : filter;
  };
  return parse(value, 'filter', 1);
}

/** The condition on the rows of `records` in SQLite. */
export function filterToSqlite(filter: Filter): Sql {
  return operatorOf(filter).toSqlite(filter, filterToSqlite);
}

/** The condition on the rows of a table in PostgreSQL. Its placeholders are numbered by `numberSql`. */
export function filterToPostgres(filter: Filter): Sql {
  return operatorOf(filter).toPostgres(filter, filterToPostgres);
}

/** Whether a record of this metadata passes: the twin of the SQL. */
export function matchesFilter(filter: Filter, metadata: Metadata | null): boolean {
  return operatorOf(filter).matches(filter, metadata, (inner) => matchesFilter(inner, metadata));
}

/** The kind whose member a filter has; a range may have several, and what has none is refused as one. */
function operatorOf(filter: object): Operator<Filter> {
  const kind = kinds.find((name) => Object.hasOwn(filter, name));
  return kind === undefined ? range : operators[kind];
}

function refuse(at: string, what: string): never {
  throw new HoldfastError('REQUEST_INVALID', `${at}: ${what}`);
}
