import { HoldfastApiError } from '../sdk/index.ts';
import { h } from './dom.ts';
import { keyForm } from './key.ts';

const WANTS_KEY = ['KEY_MISSING', 'KEY_UNKNOWN', 'KEY_NOT_ALLOWED'];

/** What went wrong, what to do about it, and a button to try again or a field for a key. */
export function failureNotice(error: unknown, onRetry: () => void): Node[] {
  const retry = h('button', { type: 'button', class: 'button' }, 'Try again');
  retry.addEventListener('click', onRetry);
  const message = h('strong', {}, error instanceof Error ? error.message : String(error));
  if (!(error instanceof HoldfastApiError)) return [h('p', {}, message), retry];
  const next = WANTS_KEY.includes(error.code) ? keyForm(onRetry) : retry;
  return [h('p', {}, message, ' ', h('code', {}, error.code)), h('p', {}, error.remedy), next];
}
