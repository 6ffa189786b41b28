import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { startThread } from '../../base/threads.ts';
import { IndexThread } from '../../index/remote.ts';
import { optionsOf, rejectionOf, temporaryFolders } from './support/galleries.ts';

const folder = temporaryFolders();

/** A thread that does this with each request. */
function threadThat(code: string): IndexThread {
  const listen = `const { parentPort } = require('node:worker_threads'); parentPort.on('message', (request) => {${code}})`;
  return new IndexThread(new Worker(listen, { eval: true, execArgv: [] }));
}

describe('the calling side of the index thread', () => {
  it('hands each answer to its own request', async () => {
    const thread = threadThat(`
      const result = request.argument === 'stop' ? false : request.argument === 'yes';
      parentPort.postMessage({ number: request.number, result });
      if (request.argument === 'stop') parentPort.close();
    `);
    const answers = await Promise.all([
      thread.ask('remove', 'yes'),
      thread.ask('remove', 'no'),
      thread.ask('remove', 'yes'),
    ]);
    expect(answers).toEqual([true, false, true]);
    await thread.ask('remove', 'stop');
  });

  it('revives errors with their code', async () => {
    const thread = threadThat(`
      parentPort.postMessage({ number: request.number, error: { code: 'INDEX_WRITE_FAILED', message: 'full' } });
      parentPort.close();
    `);
    const error = await rejectionOf(thread.ask('save', undefined));
    expect([error.code, error.message]).toEqual(['INDEX_WRITE_FAILED', 'full']);
  });

  it('rejects what waits, and what comes after, when the thread dies of an error', async () => {
    const thread = threadThat("throw new Error('out of the blue')");
    const waiting = [thread.ask('get', 'a'), thread.ask('get', 'b')].map(rejectionOf);
    for (const error of await Promise.all(waiting)) {
      expect(error.code).toBe('INTERNAL');
      expect(error.message).toContain('out of the blue');
    }
    expect((await rejectionOf(thread.ask('get', 'c'))).code).toBe('INTERNAL');
  });

  it('rejects what waits when the thread just ends', async () => {
    const thread = threadThat('process.exit(3)');
    const error = await rejectionOf(thread.ask('status', undefined));
    expect(error.code).toBe('INTERNAL');
    expect(error.message).toContain('(3)');
  });
});

describe('the index thread', () => {
  it('ends itself after closing', async () => {
    const worker = startThread('thread', new URL('../../index/remote.ts', import.meta.url).href);
    const ended = once(worker, 'exit');
    const thread = new IndexThread(worker);
    await thread.ask('open', optionsOf(folder(), 4));
    await thread.ask('close', undefined);
    expect(await ended).toEqual([0]);
  });

  it('ends itself when it cannot open', async () => {
    const worker = startThread('thread', new URL('../../index/remote.ts', import.meta.url).href);
    const ended = once(worker, 'exit');
    const thread = new IndexThread(worker);
    expect((await rejectionOf(thread.ask('open', optionsOf('/dev/null/x', 4)))).code).toBe('INDEX_WRITE_FAILED');
    expect(await ended).toEqual([0]);
  });

  it('refuses work before it is open', async () => {
    const thread = new IndexThread(startThread('thread', new URL('../../index/remote.ts', import.meta.url).href));
    expect((await rejectionOf(thread.ask('get', 'a'))).code).toBe('NOT_READY');
    await thread.ask('close', undefined);
  });
});
