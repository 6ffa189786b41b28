import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { openChannel } from '../../server/model/channel.ts';
import { type Line, openLine } from '../../server/model/line.ts';
import type { ModelRequest } from '../../server/model/messages.ts';

const picture: ModelRequest = { kind: 'embed', pixels: [Uint8Array.of(1)] };

/** A line to a thread that begins and answers with these messages, expressions of JavaScript. */
const lineTo = (beginning: string, answer: string): Line =>
  openLine(
    openChannel(
      new Worker(
        `const { parentPort } = require('node:worker_threads');
         let count = 0;
         parentPort.on('message', ({ kind }) => {
           count += 1;
           if (kind === 'close') parentPort.close();
           else parentPort.postMessage(${answer});
         });
         parentPort.postMessage(${beginning});
         if (${beginning}.kind === 'failed') parentPort.close();`,
        { eval: true },
      ),
    ),
    8,
  );
const READY = "({ kind: 'ready' })";
const TORN = "({ kind: 'failed', error: { code: 'MODEL_DAMAGED', message: 'torn' } })";

describe('calls that wait for a model thread', () => {
  it('are rejected with what kept the thread from starting, before it ended and after', async () => {
    const line = lineTo(TORN, READY);
    const cause = { code: 'MODEL_DAMAGED', message: 'torn' };
    const calls = [line.call('embed', picture), line.call('prepare', { kind: 'prepare', program: 'es' })];
    for (const call of calls) await expect(call).rejects.toMatchObject(cause);
    await line.failed;
    await expect(line.call('embed', picture)).rejects.toMatchObject(cause);
    await expect(line.ready).rejects.toMatchObject(cause);
    await line.close();
  });

  it('are rejected by a reply that makes no sense, and the next is answered', async () => {
    const line = lineTo(READY, "count === 1 ? { kind: 'embed' } : { kind: 'embed', embeddings: [Float32Array.of(2)] }");
    await expect(line.call('embed', picture)).rejects.toThrow(TypeError);
    expect((await line.call('embed', picture)).embeddings).toEqual([Float32Array.of(2)]);
    await line.close();
  });
});
