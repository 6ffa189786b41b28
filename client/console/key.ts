import { h } from './dom.ts';

/** Gone with the tab: a key is no thing to leave behind on a shared machine. */
const NAME = 'holdfast-key';

/** The key that was typed in on this tab. */
export function storedKey(): string | undefined {
  return sessionStorage.getItem(NAME) ?? undefined;
}

/** Asks for a key, keeps it for this tab and goes on. */
export function keyForm(onStored: () => void): HTMLFormElement {
  const input = h('input', { type: 'password', name: 'key', autocomplete: 'off', spellcheck: 'false', required: true });
  const form = h(
    'form',
    { class: 'key' },
    h('label', {}, 'Key ', input),
    h('button', { type: 'submit', class: 'button' }, 'Use this key'),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    sessionStorage.setItem(NAME, input.value.trim());
    onStored();
  });
  return form;
}
