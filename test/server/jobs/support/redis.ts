import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../support/free-port.ts';

export interface TestRedis {
  readonly url: string;
  stop(): Promise<void>;
}

/** Whether there is a `redis-server` to test with. Says so when there is none. */
export function hasRedis(): boolean {
  if (spawnSync('redis-server', ['--version']).status === 0) return true;
  process.stderr.write(
    'left out: tests with Redis, for there is no redis-server (Debian: apt-get install redis-server)\n',
  );
  return false;
}

/** Starts a Redis of its own on a free loopback port, as jobs want it unless told otherwise. */
export async function startRedis(...options: readonly string[]): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-redis-'));
  const port = await freePort();
  const base = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'yes'];
  const redis = spawn('redis-server', [...base, '--maxmemory-policy', 'noeviction', ...options]);
  const ended = once(redis, 'exit');
  let said = '';
  await new Promise<void>((resolve, reject) => {
    redis.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('Ready to accept connections')) resolve();
    });
    void ended.then(() => reject(new Error(`redis-server ended:\n${said}`)));
  });
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      redis.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}
