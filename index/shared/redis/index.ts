export { parseRedisAddress } from './address.ts';
export { redisVectors } from './open.ts';
