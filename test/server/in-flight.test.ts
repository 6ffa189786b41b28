import { describe, expect, it } from 'vitest';
import { createInFlight, createSharedLock } from '../../server/in-flight.ts';

/** Lets everything that can go on go on. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('what is in flight', () => {
  it('is waited for, and what begins later is not', async () => {
    const inFlight = createInFlight();
    const leave = inFlight.enter();
    let drained = false;
    const waiting = inFlight.drained().then(() => {
      drained = true;
    });
    const later = inFlight.enter();
    await settle();
    expect(drained).toBe(false);
    leave();
    await waiting;
    later();
    await inFlight.drained();
  });

  it('may leave twice', async () => {
    const inFlight = createInFlight();
    const leave = inFlight.enter();
    leave();
    leave();
    await inFlight.drained();
  });
});

describe('a shared lock', () => {
  it('is shared by many, and had alone after them', async () => {
    const lock = createSharedLock();
    const order: string[] = [];
    const [first, second] = await Promise.all([lock.share(), lock.share()]);
    const alone = lock.alone(async () => {
      order.push('alone');
    });
    await settle();
    expect(order).toEqual([]);
    first?.();
    second?.();
    await alone;
    expect(order).toEqual(['alone']);
  });

  it('lets who comes meanwhile wait', async () => {
    const lock = createSharedLock();
    const order: string[] = [];
    let finish: () => void = () => {};
    const alone = lock.alone(
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
    );
    const shared = lock.share().then((leave) => {
      order.push('shared');
      leave();
    });
    await settle();
    expect(order).toEqual([]);
    finish();
    await alone;
    await shared;
    expect(order).toEqual(['shared']);
  });

  it('is given back when the work fails', async () => {
    const lock = createSharedLock();
    await expect(lock.alone(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    (await lock.share())();
    await lock.alone(async () => {});
  });
});
