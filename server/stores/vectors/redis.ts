import { redisVectors } from '../../../index/shared/redis/index.ts';
import type { VectorKind } from '../types.ts';

/** In the vector sets of a Redis Cluster. */
export const redis: VectorKind = {
  form: 'redis://host:port,host:port',
  read(text) {
    if (!/^rediss?:/.test(text)) return undefined;
    const open = redisVectors(text);
    return () => open;
  },
};
