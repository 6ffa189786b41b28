import type { Sample } from '../sdk/index.ts';
import { byId, h } from './dom.ts';
import { failureNotice } from './failure.ts';
import { thumbnail } from './thumbnail.ts';
import { nameOf } from './words.ts';

/** Pictures of the gallery to start from. */
export interface SampleStrip {
  show(samples: readonly Sample[], onPick: (sample: Sample) => void): void;
  /** Says something in place of the samples while there are none. */
  say(message: string): void;
  fail(error: unknown, onRetry: () => void): void;
  /** Marks the sample that is the query, if it is one. */
  mark(id: string | undefined): void;
}

/** The strip of index.html. */
export function sampleStrip(): SampleStrip {
  const list = byId('samples', HTMLUListElement);
  const buttons = new Map<string, HTMLButtonElement>();
  const replace = (busy: boolean, ...items: readonly HTMLElement[]) => {
    list.replaceChildren(...items);
    list.setAttribute('aria-busy', String(busy));
  };
  return {
    show(samples, onPick) {
      buttons.clear();
      for (const sample of samples) buttons.set(sample.id, sampleButton(sample, onPick));
      const items = [...buttons.values()].map((button) => h('li', {}, button));
      replace(false, ...(items.length > 0 ? items : [h('li', { class: 'hint' }, 'The gallery has no pictures yet.')]));
    },
    say(message) {
      replace(true, h('li', { class: 'hint' }, message));
    },
    fail(error, onRetry) {
      replace(false, h('li', { class: 'error', role: 'alert' }, ...failureNotice(error, onRetry)));
    },
    mark(id) {
      for (const [sample, button] of buttons) button.setAttribute('aria-pressed', String(sample === id));
    },
  };
}

function sampleButton(sample: Sample, onPick: (sample: Sample) => void): HTMLButtonElement {
  const name = nameOf(sample);
  const picture = thumbnail(sample, name);
  const button = h('button', { type: 'button', class: 'picture', title: name, 'aria-pressed': 'false' }, picture);
  button.addEventListener('click', () => onPick(sample));
  return button;
}
