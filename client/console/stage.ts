import { HoldfastApiError } from '../sdk/index.ts';
import { byId, h } from './dom.ts';

/** Where answers appear: one of loading, an answer or an error, each said in the status line as well. */
export interface Stage {
  /** Keeps what is shown, dimmed, until the answer comes. */
  loading(message: string): void;
  show(nodes: readonly Node[], message: string): void;
  fail(error: unknown, onRetry: () => void): void;
  /** Says something without changing what is shown. */
  say(message: string): void;
}

/** The stage of index.html. */
export function stage(): Stage {
  const results = byId('results', HTMLElement);
  const status = byId('status', HTMLElement);
  const alert = byId('error', HTMLElement);

  const setBusy = (busy: boolean) => results.setAttribute('aria-busy', String(busy));
  return {
    loading(message) {
      alert.hidden = true;
      status.textContent = message;
      setBusy(true);
    },
    show(nodes, message) {
      setBusy(false);
      results.replaceChildren(...nodes);
      status.textContent = message;
    },
    fail(error, onRetry) {
      setBusy(false);
      results.replaceChildren();
      status.textContent = '';
      alert.replaceChildren(...describeFailure(error, onRetry));
      alert.hidden = false;
    },
    say(message) {
      status.textContent = message;
    },
  };
}

function describeFailure(error: unknown, onRetry: () => void): Node[] {
  const retry = h('button', { type: 'button', class: 'button' }, 'Try again');
  retry.addEventListener('click', onRetry);
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof HoldfastApiError)) return [h('p', {}, h('strong', {}, message)), retry];
  return [h('p', {}, h('strong', {}, message), ' ', h('code', {}, error.code)), h('p', {}, error.remedy), retry];
}
