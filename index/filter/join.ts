import type { Sql } from './types.ts';

/** Whether one of the expressions holds. @param none what is so of none: false, as the database writes it. */
export function anySql(parts: readonly Sql[], none: string): Sql {
  return joinSql(parts, ' OR ', none);
}

/** Whether all of the expressions hold. @param none what is so of none: true, as the database writes it. */
export function allSql(parts: readonly Sql[], none: string): Sql {
  return joinSql(parts, ' AND ', none);
}

export function notSql({ text, values }: Sql): Sql {
  return { text: `(NOT ${text})`, values };
}

function joinSql(parts: readonly Sql[], between: string, empty: string): Sql {
  if (parts.length === 0) return { text: empty, values: [] };
  return { text: `(${parts.map(({ text }) => text).join(between)})`, values: parts.flatMap(({ values }) => values) };
}
