import type { VectorKind } from '../types.ts';
import { pgvector } from './pgvector.ts';
import { redis } from './redis.ts';

/** The kinds of `--vectors`; the first is the default. */
export const vectorKinds: readonly [VectorKind, ...VectorKind[]] = [pgvector, redis];
