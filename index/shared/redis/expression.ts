import type { And, Filter, In, Not, Or, Range } from '../../filter/types.ts';
import { tokens } from './token.ts';

/**
 * Two expressions with the filter between them: what passes the filter passes `over`, and what passes `under` passes the
 * filter. They are the same where Redis can say it exactly; a `not` swaps them.
 */
interface Bounds {
  readonly over: string;
  readonly under: string;
}

/** Expressions that are true or false of every element that has attributes. */
const TRUE = '1';
const FALSE = '0';

/** Redis reads the list `t` anew for each look into it: with more looks than this, the gallery filters by itself. */
const MOST_LOOKS = 64;
/** Values of an `in` that are looked for one by one. */
const MOST_VALUES = 16;

/**
 * A filter as an expression of VSIM over what `attributes.ts` writes. It lets pass all that the filter lets pass. It lets pass
 * more where the filter compares texts, has a range or a long list inside `or` or `not`, or is very long. The reason:
 * an expression of Redis is false as a whole when one of its fields is missing, and only the list `t` is always there.
 */
export function expressionOf(filter: Filter | undefined): string {
  if (filter === undefined) return TRUE;
  const { over } = boundsOf(filter, true);
  return over.split(' in .t').length - 1 > MOST_LOOKS ? TRUE : over;
}

/** @param alone whether the filter as a whole fails where this part fails */
function boundsOf(filter: Filter, alone: boolean): Bounds {
  if ('and' in filter) return allOf(filter, alone);
  if ('or' in filter) return anyOf(filter);
  if ('not' in filter) return opposite(filter);
  if ('eq' in filter) return oneOf({ field: filter.field, in: [filter.eq] }, alone);
  if ('in' in filter) return oneOf(filter, alone);
  if ('contains' in filter) return has(tokens.contains(filter.field, filter.contains));
  if ('exists' in filter) return filter.exists ? has(tokens.exists(filter.field)) : hasNot(tokens.exists(filter.field));
  return within(filter, alone);
}

function allOf({ and: parts }: And, alone: boolean): Bounds {
  return joined(
    parts.map((part) => boundsOf(part, alone)),
    ' and ',
    TRUE,
  );
}

function anyOf({ or: parts }: Or): Bounds {
  return joined(
    parts.map((part) => boundsOf(part, false)),
    ' or ',
    FALSE,
  );
}

function opposite({ not: part }: Not): Bounds {
  const { over, under } = boundsOf(part, false);
  return { over: `(!(${under}))`, under: `(!(${over}))` };
}

function oneOf({ field, in: values }: In, alone: boolean): Bounds {
  if (alone && values.length > 0) {
    return exactly(`(.${tokens.single(field)} in [${values.map((value) => `"${tokens.value(value)}"`).join(', ')}])`);
  }
  if (values.length > MOST_VALUES) return { over: has(tokens.exists(field)).over, under: FALSE };
  return joined(
    values.map((value) => has(tokens.equals(field, value))),
    ' or ',
    FALSE,
  );
}

function within({ field, ...bounds }: Range, alone: boolean): Bounds {
  const limits = Object.entries(bounds).filter(([, limit]) => limit !== undefined);
  if (!alone || limits.some(([, limit]) => typeof limit !== 'number')) {
    return { over: has(tokens.exists(field)).over, under: FALSE };
  }
  return exactly(
    `(${limits.map(([name, limit]) => `.${tokens.number(field)} ${SIGNS[name]} ${literal(limit)}`).join(' and ')})`,
  );
}

const SIGNS: Readonly<Record<string, string>> = { gt: '>', gte: '>=', lt: '<', lte: '<=' };

/** Redis reads no exponent with a sign in a number of an expression, but does in a text that it compares with a number. */
function literal(limit: unknown): string {
  const digits = String(limit);
  return digits.includes('e') ? `"${digits}"` : digits;
}

function has(token: string): Bounds {
  return exactly(`("${token}" in .t)`);
}

function hasNot(token: string): Bounds {
  return exactly(`(!("${token}" in .t))`);
}

function exactly(text: string): Bounds {
  return { over: text, under: text };
}

function joined(parts: readonly Bounds[], between: string, empty: string): Bounds {
  if (parts.length === 0) return exactly(empty);
  return {
    over: `(${parts.map(({ over }) => over).join(between)})`,
    under: `(${parts.map(({ under }) => under).join(between)})`,
  };
}
