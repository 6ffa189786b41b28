import { HoldfastError } from '../../base/errors.ts';
import type { Database } from '../../index/shared/postgres/database.ts';
import type { OpenImageStore, OpenVectorStore } from '../../index/shared/types.ts';
import { imageKinds } from './images/index.ts';
import type { Environment, StoreKind } from './types.ts';
import { vectorKinds } from './vectors/index.ts';

/** Where the galleries are that several servers share. */
export interface StoreOptions {
  /** The URL of the PostgreSQL database with the records. */
  readonly records: string;
  /** Opens stores, given the database of the records. */
  readonly vectors: (records: Database) => OpenVectorStore;
  readonly images: (records: Database) => OpenImageStore;
}

type Names = 'records' | 'vectors' | 'images';

/** Undefined for galleries in the data folder. URLs may hold passwords, so no message repeats one. @throws HoldfastError OPTION_INVALID */
export function readStoreOptions(
  given: { readonly [N in Names]?: string | undefined },
  environment: Environment,
): StoreOptions | undefined {
  const textOf = (name: Names): string => given[name] ?? environment[`HOLDFAST_${name.toUpperCase()}`] ?? '';
  const [records, vectors, images] = [textOf('records'), textOf('vectors'), textOf('images')];
  if (records === '') {
    if (vectors === '' && images === '') return undefined;
    throw new HoldfastError('OPTION_INVALID', '--vectors and --images are of shared galleries: give --records too');
  }
  if (!URL.canParse(records) || !/^postgres(ql)?:$/.test(new URL(records).protocol)) {
    throw new HoldfastError('OPTION_INVALID', '--records: must be like postgres://user:password@host:5432/database');
  }
  return {
    records,
    vectors: choose('--vectors', vectors, vectorKinds, environment),
    images: choose('--images', images, imageKinds, environment),
  };
}

function choose<Open>(
  name: string,
  text: string,
  kinds: readonly [StoreKind<Open>, ...StoreKind<Open>[]],
  environment: Environment,
): (records: Database) => Open {
  for (const kind of kinds) {
    const open = kind.read(text === '' ? kinds[0].form : text, environment);
    if (open !== undefined) return open;
  }
  const forms = kinds.map(({ form }) => form).join(', ');
  throw new HoldfastError('OPTION_INVALID', `${name}: must be of one of the forms ${forms}`);
}
