import type { Database } from '../../index/shared/postgres/database.ts';
import type { OpenImageStore, OpenVectorStore } from '../../index/shared/types.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A kind of store, as it is chosen by an option. */
export interface StoreKind<Open> {
  /** The form of its value, for the error of a text that is of no kind. */
  readonly form: string;
  /** How to open stores of this kind; undefined for a text of another. @throws HoldfastError OPTION_INVALID */
  read(text: string, environment: Environment): ((records: Database) => Open) | undefined;
}

export type VectorKind = StoreKind<OpenVectorStore>;
export type ImageKind = StoreKind<OpenImageStore>;
