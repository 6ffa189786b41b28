import { HoldfastError } from '../../base/errors.ts';

/** @throws HoldfastError COST_EXCEEDED for more steps than one request may take */
export function checkCost(steps: number, most: number): void {
  if (steps <= most) return;
  const message = `the attacks would take up to ${steps} steps together; a request may take ${most}`;
  throw new HoldfastError('COST_EXCEEDED', message);
}
