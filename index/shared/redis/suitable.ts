import { HoldfastError } from '../../../base/errors.ts';
import type { Connection } from './cluster.ts';

/**
 * Refuses a cluster that cannot keep vectors: one without vector sets, which came with Redis 8, or one that forgets keys
 * when its memory is full.
 * @throws HoldfastError STORE_UNSUITABLE, STORE_UNAVAILABLE
 */
export async function checkSuitable(connection: Connection): Promise<void> {
  const [known, memory] = await Promise.all([
    connection.runOnMasters(['COMMAND', 'INFO', 'VADD']),
    connection.runOnMasters(['INFO', 'memory']),
  ]);
  if (!known.every((answer) => Array.isArray(answer) && Array.isArray(answer[0]))) {
    throw new HoldfastError('STORE_UNSUITABLE', 'a server of the Redis Cluster has no vector sets: Redis 8 has');
  }
  const policies = memory.map((info) => ({ limit: field(info, 'maxmemory'), policy: field(info, 'maxmemory_policy') }));
  const forgetful = policies.find(({ limit, policy }) => limit !== '0' && policy !== 'noeviction');
  if (forgetful !== undefined) {
    throw new HoldfastError('STORE_UNSUITABLE', `a server of the Redis Cluster evicts by ${forgetful.policy}`);
  }
}

function field(info: unknown, name: string): string | undefined {
  return String(info).match(new RegExp(`^${name}:(.*?)\\r?$`, 'm'))?.[1];
}
