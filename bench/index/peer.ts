import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { HoldfastError } from '../../base/errors.ts';
import { processEnd } from '../../base/processes.ts';
import type { Argument, OperationName, PeerSettings, Result } from './types.ts';

/** Another process that builds and searches, asked one thing at a time. */
export interface Peer {
  /** @throws HoldfastError INTERNAL when the process ended */
  ask<N extends OperationName>(name: N, argument: Argument<N>): Promise<Result<N>>;
  close(): Promise<void>;
}

/** Starts a peer: requests and answers are lines of JSON on its standard input and output. */
export function startPeer(command: readonly string[], settings: PeerSettings): Peer {
  const [program = '', ...args] = command;
  const child: ChildProcess = spawn(program, [...args, JSON.stringify(settings)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new HoldfastError('INTERNAL', `${program} has no pipes`);
  const ended = processEnd(child);
  const lines = createInterface(stdout)[Symbol.asyncIterator]();
  return {
    async ask(name, argument) {
      stdin.write(`${JSON.stringify({ name, argument })}\n`);
      const { value, done } = await lines.next();
      if (done) throw new HoldfastError('INTERNAL', `${command.join(' ')} ended (${await ended})`);
      return JSON.parse(value);
    },
    async close() {
      stdin.end();
      await ended;
    },
  };
}
