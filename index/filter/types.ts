import type { Metadata } from '../types.ts';

/** A key of the metadata, or the keys that lead to a value inside it. */
export type FieldPath = string | readonly string[];

/** What a value of the metadata is compared with. */
export type Scalar = string | number | boolean | null;

export interface Eq {
  readonly field: FieldPath;
  readonly eq: Scalar;
}

export interface In {
  readonly field: FieldPath;
  readonly in: readonly Scalar[];
}

/** Bounds of one type: numbers are compared with numbers, texts with texts by code point. At least one is given. */
export interface Range {
  readonly field: FieldPath;
  readonly gt?: number | string;
  readonly gte?: number | string;
  readonly lt?: number | string;
  readonly lte?: number | string;
}

export interface Contains {
  readonly field: FieldPath;
  readonly contains: Scalar;
}

export interface Exists {
  readonly field: FieldPath;
  readonly exists: boolean;
}

export interface And {
  readonly and: readonly Filter[];
}

export interface Or {
  readonly or: readonly Filter[];
}

export interface Not {
  readonly not: Filter;
}

/** A condition on the metadata of a record. A record without metadata has no fields. */
export type Filter = Eq | In | Range | Contains | Exists | And | Or | Not;

/**
 * An SQL expression over the metadata of a record that is true or false, never NULL, and the values of its placeholders.
 * SQLite has the metadata as JSON in the column `metadata`; PostgreSQL as `jsonb` in the column `fields`, empty where there
 * is none, with texts as `toPostgres` has them (../shared/postgres/text.ts).
 */
export interface Sql {
  readonly text: string;
  readonly values: readonly (string | number)[];
}

/** One kind of condition: how it is checked, said in the SQL of each database, and decided in memory. These agree on every record. */
export interface Operator<F extends Filter> {
  /** @throws REQUEST_INVALID naming the place `at`. */
  parse(value: unknown, at: string, parseInner: (value: unknown, at: string) => Filter): F;
  toSqlite(filter: F, inner: (filter: Filter) => Sql): Sql;
  toPostgres(filter: F, inner: (filter: Filter) => Sql): Sql;
  matches(filter: F, metadata: Metadata | null, innerMatches: (filter: Filter) => boolean): boolean;
}
