import { spawnSync } from 'node:child_process';

/**
 * A redis-server that has vector sets: the one that HOLDFAST_TEST_REDIS_8 names, else what `scripts/redis-8.sh` has
 * fetched. Undefined, and said, when there is none and nobody asked for one.
 */
export function redis8(): string | undefined {
  const named = process.env.HOLDFAST_TEST_REDIS_8;
  if (named !== undefined) return named;
  const found = spawnSync('scripts/redis-8.sh', ['--cached'], { encoding: 'utf8' });
  if (found.status === 0) return found.stdout.trim();
  process.stderr.write(`left out: tests with vector sets. ${found.stderr}`);
  return undefined;
}
