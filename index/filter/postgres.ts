import { jsonToPostgres, toPostgres } from '../shared/postgres/text.ts';
import { keysOf } from './field.ts';
import type { FieldPath, Scalar, Sql } from './types.ts';

/** The value at a path as `jsonb`; NULL where there is none. A text as key finds nothing in a list. */
export function valueSql(field: FieldPath): Sql {
  const keys = keysOf(field).map(toPostgres);
  return { text: `(fields${keys.map(() => ' -> ?::text').join('')})`, values: keys };
}

/** Whether the value at a path is this scalar, or is a list that has it. An index answers it. */
export function hasSql(field: FieldPath, wanted: Scalar | readonly Scalar[]): Sql {
  const object = keysOf(field).reduceRight<unknown>((inner, key) => Object.fromEntries([[key, inner]]), wanted);
  return { text: '(fields @> ?::jsonb)', values: [jsonToPostgres(JSON.stringify(object))] };
}

/** Whether the value at a path is a number, or a text, on that side of a limit of its type. */
export function compareSql(field: FieldPath, comparison: string, limit: number | string): Sql {
  const value = valueSql(field);
  const [type, side, values] =
    typeof limit === 'number'
      ? ['number', `${value.text}::float8 ${comparison} ?::float8`, [limit]]
      : ['string', `(${value.text} #>> '{}') COLLATE "C" ${comparison} ?::text`, [toPostgres(limit)]];
  // What is not of the type must not be cast, and only CASE promises an order.
  const text = `(CASE WHEN jsonb_typeof(${value.text}) = '${type}' THEN ${side} ELSE FALSE END)`;
  return { text, values: [...value.values, ...value.values, ...values] };
}

/** The placeholders as PostgreSQL numbers them. @param first the number of the first. */
export function numberSql({ text }: Sql, first: number): string {
  let number = first;
  return text.replaceAll('?', () => `$${number++}`);
}
