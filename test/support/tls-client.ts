import { HoldfastError } from '../../base/errors.ts';
import { connectCluster } from '../../index/shared/redis/cluster.ts';
import { parseRedisAddress } from '../../index/shared/redis/index.ts';
import { checkRedis, connect } from '../../server/jobs/bull/connect.ts';

/* A process of its own, because Node reads whom it trusts at its start: says OK, or the code of the error. */

const clients: Readonly<Record<string, (address: string) => Promise<void>>> = {
  async cluster(address) {
    const connection = await connectCluster(parseRedisAddress(address), { answer: 3000, retry: 3000 });
    await connection.run(0, [['PING']]);
    connection.close();
  },
  async queue(address) {
    const redis = connect(address);
    try {
      await checkRedis(redis);
    } finally {
      redis.disconnect();
    }
  },
};

const [, , kind = '', address = ''] = process.argv;
try {
  await clients[kind]?.(address);
  process.stdout.write('OK');
} catch (error) {
  if (!(error instanceof HoldfastError)) throw error;
  process.stdout.write(`${error.code} ${error.message}`);
}
