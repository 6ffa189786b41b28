import { connectCluster } from '../index/shared/redis/cluster.ts';
import { parseRedisAddress } from '../index/shared/redis/index.ts';

const PATIENCE = { answer: 60_000, retry: 60_000 };

/** CPU time of one search in milliseconds: of this process, and of all masters of a Redis Cluster together. */
export interface SearchCost {
  readonly here: number;
  readonly masters: number | undefined;
}

/** Does as many searches one after the other. @param redis the address of the cluster that they ask, if they ask one. */
export async function searchCost(
  search: () => Promise<unknown>,
  count: number,
  redis: string | undefined,
): Promise<SearchCost> {
  const cluster = redis === undefined ? undefined : await connectCluster(parseRedisAddress(redis), PATIENCE);
  try {
    const secondsOfMasters = async (): Promise<number> => {
      const infos = (await cluster?.runOnMasters(['INFO', 'cpu'])) ?? [];
      return infos.reduce((sum: number, info) => sum + cpuSeconds(String(info)), 0);
    };
    const mastersBefore = await secondsOfMasters();
    const before = process.cpuUsage();
    for (let i = 0; i < count; i++) await search();
    const { user, system } = process.cpuUsage(before);
    const masters = (await secondsOfMasters()) - mastersBefore;
    return { here: (user + system) / 1000 / count, masters: cluster && (1000 * masters) / count };
  } finally {
    cluster?.close();
  }
}

/** User and system time of a server and its threads, in seconds, by what it says of itself. */
export function cpuSeconds(info: string): number {
  const field = (name: string): number => Number(info.match(new RegExp(`^${name}:([\\d.]+)\\r?$`, 'm'))?.[1]);
  return field('used_cpu_user') + field('used_cpu_sys');
}
