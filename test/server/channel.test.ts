import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { openChannel } from '../../server/model/channel.ts';
import type { ModelRequest } from '../../server/model/messages.ts';

/** A thread that says it is ready, and does what `answer` says with each request. */
const thread = (answer: string, start = "parentPort.postMessage({ kind: 'ready' });"): Worker =>
  new Worker(
    `const { parentPort } = require('node:worker_threads');
     parentPort.on('message', (request) => { ${answer} });
     ${start}`,
    { eval: true },
  );
const request: ModelRequest = { kind: 'prepare', program: 'es' };
const END = "if (request.kind === 'close') parentPort.close(); else parentPort.postMessage({ kind: 'prepare' });";

describe('the line to the model thread', () => {
  it('carries requests and closes', async () => {
    const channel = openChannel(thread(END));
    await channel.ready;
    expect(await channel.ask(request)).toEqual({ kind: 'prepare' });
    await channel.close();
  });

  it('hands on what the thread could not start with', async () => {
    const failure = "parentPort.postMessage({ kind: 'failed', error: { code: 'MODEL_DAMAGED', message: 'torn' } });";
    const channel = openChannel(thread(END, `${failure} parentPort.close();`));
    await expect(channel.ready).rejects.toMatchObject({ code: 'MODEL_DAMAGED', message: 'torn' });
  });

  it('rejects what is asked when the thread dies, says why, and refuses what comes after', async () => {
    const channel = openChannel(thread("throw new Error('out of luck');"));
    await channel.ready;
    await expect(channel.ask(request)).rejects.toMatchObject({
      code: 'INTERNAL',
      message: expect.stringContaining('out of luck'),
    });
    expect((await channel.failed).message).toContain('out of luck');
    await expect(channel.ask(request)).rejects.toMatchObject({ code: 'INTERNAL' });
    await channel.close();
  });

  it('notices a thread that just ends', async () => {
    const channel = openChannel(thread('process.exit(3);'));
    await channel.ready;
    await expect(channel.ask(request)).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(await channel.failed).toBeInstanceOf(Error);
  });

  it('does not take an end that was asked for as a failure', async () => {
    const channel = openChannel(thread(END));
    await channel.ready;
    await channel.close();
    const outcome = await Promise.race([channel.failed, new Promise((resolve) => setTimeout(resolve, 20, 'none'))]);
    expect(outcome).toBe('none');
  });
});
