import type { RequestHandler } from 'express';
import { HoldfastError } from '../../base/errors.ts';
import { createPace } from '../pace.ts';
import { refuse } from './refuse.ts';

/** Requests of one kind that are in work, of which there are never more than a bound. */
export interface Crowd {
  /** Call what comes back when the request has ended; undefined when there is no room. */
  enter(): (() => void) | undefined;
  isFull(): boolean;
  /** OVERLOADED, with the time after which those inside are answered. */
  refusal(): HoldfastError;
}

export function createCrowd(most: number): Crowd {
  const pace = createPace();
  let inside = 0;
  let last = 0;
  const leave = (): void => {
    const now = performance.now();
    pace.took(1, now - last);
    last = now;
    inside -= 1;
  };
  return {
    isFull: () => inside >= most,
    enter() {
      if (inside >= most) return undefined;
      if (inside === 0) last = performance.now();
      inside += 1;
      return leave;
    },
    refusal() {
      const message = `${most} requests of this kind are in work already`;
      return new HoldfastError('OVERLOADED', message, { retryAfter: pace.secondsFor(inside) });
    },
  };
}

/** Lets in no more requests at once than a crowd has room for. Others are refused before their body is received: work that is begun is finished soon. */
export function limitCrowd(crowd: Crowd): RequestHandler {
  return (request, response, next) => {
    const leave = crowd.enter();
    if (leave === undefined) return refuse(request, response, crowd.refusal());
    // Who hung up while the key was looked up has closed it already.
    if (response.closed) return leave();
    response.once('close', leave);
    next();
  };
}
