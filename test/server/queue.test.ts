import { describe, expect, it } from 'vitest';
import type { ModelRequest } from '../../server/model/messages.ts';
import { createJobQueue, type Job } from '../../server/model/queue.ts';

const picture = (value: number): ModelRequest => ({ kind: 'embed', pixels: [Uint8Array.of(value)] });
const other: ModelRequest = { kind: 'prepare', program: 'es' };
const kinds = (jobs: readonly Job[]): string[] => jobs.map(({ request }) => request.kind);
const numbers = (jobs: readonly Job[]): number[] =>
  jobs.flatMap(({ request }) => (request.kind === 'embed' ? request.pixels.map((pixels) => pixels[0] ?? -1) : []));

describe('the queue of the model thread', () => {
  it('is empty at first', () => {
    expect(createJobQueue(4).take(8)).toEqual([]);
  });

  it('gives pictures that wait together, in their order, no more than a batch', () => {
    const queue = createJobQueue(20);
    for (let i = 0; i < 11; i++) void queue.push(picture(i));
    expect(numbers(queue.take(8))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(numbers(queue.take(8))).toEqual([8, 9, 10]);
    expect(queue.lengths()).toEqual({ search: 0, probe: 0 });
  });

  it('gives anything else alone, and no picture overtakes it', () => {
    const queue = createJobQueue(20);
    void queue.push(picture(0));
    void queue.push(other);
    void queue.push(picture(1));
    expect([1, 2, 3].map(() => kinds(queue.take(8)))).toEqual([['embed'], ['prepare'], ['embed']]);
  });

  it('gives searches before probes, whenever they came', () => {
    const queue = createJobQueue(20);
    void queue.push(picture(1), { priority: 'probe' });
    void queue.push(picture(2), { priority: 'probe' });
    void queue.push(picture(3));
    expect(numbers(queue.take(8))).toEqual([3]);
    expect(numbers(queue.take(1))).toEqual([1]);
    void queue.push(picture(4));
    expect(numbers(queue.take(8))).toEqual([4]);
    expect(numbers(queue.take(8))).toEqual([2]);
  });

  it('gives what nobody waits for when nothing else does, and counts it nowhere', () => {
    const queue = createJobQueue(20);
    void queue.push(other, { priority: 'idle' });
    void queue.push(picture(1), { priority: 'probe' });
    void queue.push(picture(2));
    expect(queue.lengths()).toEqual({ search: 1, probe: 1 });
    expect([1, 2, 3].map(() => kinds(queue.take(8)))).toEqual([['embed'], ['embed'], ['prepare']]);
    expect(queue.take(8)).toEqual([]);
  });

  it('refuses what goes beyond the limit of its class, so that probes do not keep searches out', async () => {
    const queue = createJobQueue(2);
    for (let i = 0; i < 2; i++) void queue.push(picture(i), { priority: 'probe' });
    await expect(queue.push(picture(2), { priority: 'probe' })).rejects.toMatchObject({ code: 'OVERLOADED' });
    for (let i = 0; i < 2; i++) void queue.push(picture(i));
    await expect(queue.push(picture(2))).rejects.toMatchObject({ code: 'OVERLOADED' });
    expect(queue.lengths()).toEqual({ search: 2, probe: 2 });
    queue.take(8);
    void queue.push(picture(3));
    expect(queue.lengths()).toEqual({ search: 1, probe: 2 });
  });

  it('says when a refused call has a chance: after all that would go before it', async () => {
    const queue = createJobQueue(2, (count) => count * 3);
    for (let i = 0; i < 2; i++) {
      void queue.push(picture(i));
      void queue.push(picture(i), { priority: 'probe' });
    }
    await expect(queue.push(picture(2))).rejects.toMatchObject({ retryAfter: 6 });
    await expect(queue.push(picture(2), { priority: 'probe' })).rejects.toMatchObject({ retryAfter: 12 });
  });

  it('takes back what is aborted while it waits', async () => {
    const queue = createJobQueue(8);
    const controller = new AbortController();
    void queue.push(picture(0));
    const aborted = queue.push(picture(1), { signal: controller.signal });
    void queue.push(picture(2));
    controller.abort(new Error('gone'));
    await expect(aborted).rejects.toThrow('gone');
    expect(numbers(queue.take(8))).toEqual([0, 2]);
  });

  it('refuses what was aborted before it came', async () => {
    const queue = createJobQueue(8);
    await expect(queue.push(picture(0), { signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow('gone');
    expect(queue.lengths()).toEqual({ search: 0, probe: 0 });
  });

  it('does not listen to the signal of what was taken', async () => {
    const queue = createJobQueue(8);
    const controller = new AbortController();
    const answered = queue.push(picture(0), { signal: controller.signal });
    void queue.push(picture(1));
    const [job] = queue.take(1);
    controller.abort(new Error('gone'));
    job?.resolve({ kind: 'embed', embeddings: [] });
    await expect(answered).resolves.toEqual({ kind: 'embed', embeddings: [] });
    expect(numbers(queue.take(8))).toEqual([1]);
  });
});
