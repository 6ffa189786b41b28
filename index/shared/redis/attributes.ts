import type { Scalar } from '../../filter/types.ts';
import type { Metadata } from '../../types.ts';
import { tokens } from './token.ts';

/** Deeper fields cannot be named by a filter. */
const DEEPEST = 8;

/**
 * The attributes of an element, as `expression.ts` asks for them: `t`, a list of tokens that is always there, and for
 * each field with a value its token and its number. JSON; never empty, since an element without attributes passes no
 * filter: so it is removed.
 */
export function attributesOf(metadata: Metadata | null): string {
  const said: string[] = [];
  const single: Record<string, string | number> = {};
  const visit = (value: unknown, path: readonly string[]): void => {
    said.push(tokens.exists(path));
    if (isScalar(value)) {
      said.push(tokens.equals(path, value));
      single[tokens.single(path)] = tokens.value(value);
    }
    if (typeof value === 'number') single[tokens.number(path)] = value;
    if (Array.isArray(value)) for (const item of value.filter(isScalar)) said.push(tokens.contains(path, item));
    else if (typeof value === 'object' && value !== null) inside(value, path);
  };
  const inside = (object: object, path: readonly string[]): void => {
    if (path.length === DEEPEST) return;
    for (const [key, value] of Object.entries(object)) visit(value, [...path, key]);
  };
  inside(metadata ?? {}, []);
  return JSON.stringify({ t: [...new Set(said)], ...single });
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
