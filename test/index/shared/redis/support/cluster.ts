import { setTimeout as pause } from 'node:timers/promises';
import { startNode, type TestNode } from './node.ts';

export interface TestCluster {
  /** As `redisVectors` takes it, with parameters of a gallery. */
  address(parameters?: string): string;
  readonly masters: readonly TestNode[];
  readonly replicas: readonly TestNode[];
  stop(): Promise<void>;
}

const SLOTS = 16_384;

/** Starts a cluster of as many masters, each with as many replicas, that replaces a master within some seconds. */
export async function startCluster(binary: string, masters: number, replicasOfEach: number): Promise<TestCluster> {
  const quick = [
    '--cluster-node-timeout',
    '2000',
    '--repl-diskless-sync-delay',
    '0',
    '--repl-ping-replica-period',
    '1',
  ];
  const partly = ['--cluster-require-full-coverage', 'no'];
  const count = masters * (1 + replicasOfEach);
  const nodes = await Promise.all(Array.from({ length: count }, () => startNode(binary, [...quick, ...partly])));
  const [first] = nodes;
  if (first === undefined) throw new RangeError('a cluster has a master');
  const leading = nodes.slice(0, masters);
  const following = nodes.slice(masters);

  for (const [i, node] of leading.entries()) {
    const [from, to] = [i, i + 1].map((part) => Math.round((part * SLOTS) / masters));
    await node.client().call('CLUSTER', 'ADDSLOTSRANGE', Number(from), Number(to) - 1);
  }
  for (const node of nodes.slice(1)) {
    await first.client().call('CLUSTER', 'MEET', '127.0.0.1', node.port, node.busPort);
  }
  await until('all know each other', async () => {
    const counts = await Promise.all(nodes.map((node) => infoOf(node, 'cluster_known_nodes')));
    return counts.every((known) => known === `${count}`);
  });
  for (const [i, node] of following.entries()) {
    const id = await leading[i % masters]?.client().call('CLUSTER', 'MYID');
    await until('a replica knows its master', async () => {
      const answer = await node
        .client()
        .call('CLUSTER', 'REPLICATE', String(id))
        .catch(() => undefined);
      return answer === 'OK';
    });
  }
  await until('the cluster is whole', async () => {
    const states = await Promise.all(nodes.map((node) => infoOf(node, 'cluster_state')));
    const links = await Promise.all(following.map(async (node) => isSynced(await node.client().info('replication'))));
    const ranges = (await Promise.all(nodes.map((node) => node.client().call('CLUSTER', 'SLOTS')))).flat();
    const listed = ranges.every((range) => Array.isArray(range) && range.length === 3 + replicasOfEach);
    return states.every((state) => state === 'ok') && links.every(Boolean) && listed;
  });
  return {
    address: (parameters = '') => `redis://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}${parameters}`,
    masters: leading,
    replicas: following,
    async stop() {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}

/** Whether a replica has all that its master had. */
export function isSynced(replication: string): boolean {
  return replication.includes('master_link_status:up');
}

/** Waits until something holds. */
export async function until(what: string, holds: () => Promise<boolean>, patience = 30_000): Promise<void> {
  const end = performance.now() + patience;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not within ${patience} ms: ${what}`);
    await pause(50);
  }
}

async function infoOf(node: TestNode, name: string): Promise<string | undefined> {
  const info = String(await node.client().call('CLUSTER', 'INFO'));
  return info.match(new RegExp(`^${name}:(.*?)\\r?$`, 'm'))?.[1];
}
