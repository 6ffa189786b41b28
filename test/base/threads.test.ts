import { once } from 'node:events';
import { getPriority } from 'node:os';
import { describe, expect, it } from 'vitest';
import { startThread } from '../../base/threads.ts';

describe('a thread', () => {
  it('starts on a TypeScript module that imports others, and sees the environment of the process', async () => {
    process.env.HOLDFAST_THREAD_TEST = 'seen';
    const thread = startThread('thread-echo', import.meta.url, { workerData: 'hello' });
    const [message] = await once(thread, 'message');
    expect(message).toEqual({ data: 'hello', environment: 'seen', code: 'INTERNAL' });
    await once(thread, 'exit');
  });

  it('reports a module that is not there', async () => {
    const thread = startThread('no-such-module', import.meta.url);
    const [error] = await once(thread, 'error');
    expect(String(error)).toContain('no-such-module');
  });

  it.runIf(process.platform === 'linux')('goes behind where it stands, down to the last place, and alone', async () => {
    const before = getPriority();
    const thread = startThread('thread-nice', import.meta.url, { workerData: [3, 4, 19] });
    const [seen] = await once(thread, 'message');
    expect(seen).toEqual([before, before + 3, before + 7, 19].map((nice) => Math.min(19, nice)));
    expect(getPriority()).toBe(before);
    await once(thread, 'exit');
  });
});
