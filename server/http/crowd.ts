import type { RequestHandler } from 'express';
import { HoldfastError } from '../../base/errors.ts';
import { createPace } from '../pace.ts';
import { refuse } from './refuse.ts';

/**
 * Lets in no more requests at once than this; others are refused before their body is received (OVERLOADED), with the time after which
 * those inside are answered. Work that is begun is finished soon, and refusing costs next to nothing.
 */
export function limitCrowd(most: number): RequestHandler {
  const pace = createPace();
  let inside = 0;
  let last = 0;
  return (request, response, next) => {
    if (inside >= most) {
      const message = `${inside} requests of this kind are in work already`;
      return refuse(
        request,
        response,
        new HoldfastError('OVERLOADED', message, { retryAfter: pace.secondsFor(inside) }),
      );
    }
    if (inside === 0) last = performance.now();
    inside += 1;
    response.once('close', () => {
      const now = performance.now();
      pace.took(1, now - last);
      last = now;
      inside -= 1;
    });
    next();
  };
}
