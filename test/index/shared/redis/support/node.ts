import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../../../../support/free-port.ts';

/** One server of a cluster, on the loopback address. */
export interface TestNode {
  readonly port: number;
  readonly busPort: number;
  /** A connection to it alone; another one after a restart. */
  client(): Redis;
  /** Ends it at once. */
  kill(): Promise<void>;
  /** Starts it again, with the identity that it had and without its data. */
  restart(): Promise<void>;
  /** Ends it and removes its files. */
  stop(): Promise<void>;
}

export async function startNode(binary: string, options: readonly string[]): Promise<TestNode> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-redis-8-'));
  const port = await freePort();
  const busPort = await freePort();
  const common = [
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--save',
    '',
    '--cluster-enabled',
    'yes',
    '--cluster-announce-ip',
    '127.0.0.1',
  ];
  const args = [...common, '--port', `${port}`, '--cluster-port', `${busPort}`, ...options];
  let child: ChildProcess;
  let client: Redis | undefined;

  const start = async (): Promise<void> => {
    child = spawn(binary, args);
    await ready(child);
    client = new Redis(port, '127.0.0.1', { retryStrategy: () => null });
    client.on('error', () => undefined);
  };
  const kill = async (): Promise<void> => {
    client?.disconnect();
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  await start();
  return {
    port,
    busPort,
    client() {
      if (client === undefined) throw new Error('not started');
      return client;
    },
    kill,
    restart: start,
    async stop() {
      await kill();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Resolves when a server says that it is ready. */
function ready(child: ChildProcess): Promise<void> {
  let said = '';
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('Ready to accept connections')) resolve();
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`redis-server ended:\n${said}`)));
  });
}
