import { byId } from './dom.ts';
import { failureNotice } from './failure.ts';

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
      alert.replaceChildren(...failureNotice(error, onRetry));
      alert.hidden = false;
    },
    say(message) {
      status.textContent = message;
    },
  };
}
