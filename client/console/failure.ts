import { HoldfastApiError } from '../sdk/index.ts';
import { h } from './dom.ts';

/** What went wrong, what to do about it, and a button to try again. */
export function failureNotice(error: unknown, onRetry: () => void): Node[] {
  const retry = h('button', { type: 'button', class: 'button' }, 'Try again');
  retry.addEventListener('click', onRetry);
  const message = h('strong', {}, error instanceof Error ? error.message : String(error));
  if (!(error instanceof HoldfastApiError)) return [h('p', {}, message), retry];
  return [h('p', {}, message, ' ', h('code', {}, error.code)), h('p', {}, error.remedy), retry];
}
