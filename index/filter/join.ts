import type { Sql } from './types.ts';

/** Whether one of the expressions holds; 0 of none. */
export function anySql(parts: readonly Sql[]): Sql {
  return joinSql(parts, ' OR ', '0');
}

/** Whether all of the expressions hold; 1 of none. */
export function allSql(parts: readonly Sql[]): Sql {
  return joinSql(parts, ' AND ', '1');
}

function joinSql(parts: readonly Sql[], between: string, empty: string): Sql {
  if (parts.length === 0) return { text: empty, values: [] };
  return { text: `(${parts.map(({ text }) => text).join(between)})`, values: parts.flatMap(({ values }) => values) };
}
