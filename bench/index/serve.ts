import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Argument, Cost, OperationName, PeerSettings, Result } from './types.ts';

/** What a peer does when it is asked; what it does not have is a fault of who asks. */
export type Handlers = {
  [N in OperationName]?: (argument: Argument<N>) => Promise<Result<N>>;
};

/** Answers the requests of the bench until it hangs up. */
export async function servePeer(handlers: (settings: PeerSettings) => Handlers): Promise<void> {
  const own = handlers(JSON.parse(process.argv.at(-1) ?? ''));
  for await (const line of createInterface(process.stdin)) {
    const { name, argument }: { name: OperationName; argument: Argument<OperationName> } = JSON.parse(line);
    const handler: ((argument: never) => Promise<Result<OperationName>>) | undefined = own[name];
    if (handler === undefined) throw new RangeError(`no ${name} here`);
    process.stdout.write(`${JSON.stringify(await handler(argument as never))}\n`);
  }
}

/** Runs work and says what it cost this process, all of its threads together. */
export async function costOf(work: () => Promise<void> | void): Promise<Cost> {
  const started = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - started) / 1000, cpuSeconds: (user + system) / 1e6 };
}

/** Resident memory of this process, after what can be given back was. */
export function residentBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss();
}

/** Bytes of the files of a folder whose names pass. */
export function diskBytes(folder: string, counts: (name: string) => boolean = () => true): number {
  return readdirSync(folder)
    .filter(counts)
    .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
