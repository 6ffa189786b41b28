import type { Sample } from '../sdk/index.ts';
import { byId, h } from './dom.ts';
import { nameOf } from './words.ts';

/** Pictures of the gallery to start from. */
export interface SampleStrip {
  show(samples: readonly Sample[], onPick: (sample: Sample) => void): void;
  /** Marks the sample that is the query, if it is one. */
  mark(id: string | undefined): void;
}

/** The strip of index.html. */
export function sampleStrip(): SampleStrip {
  const list = byId('samples', HTMLUListElement);
  const buttons = new Map<string, HTMLButtonElement>();
  return {
    show(samples, onPick) {
      buttons.clear();
      for (const sample of samples) buttons.set(sample.id, sampleButton(sample, onPick));
      list.replaceChildren(...[...buttons.values()].map((button) => h('li', {}, button)));
      list.setAttribute('aria-busy', 'false');
      if (samples.length === 0) list.append(h('li', { class: 'hint' }, 'The gallery has no pictures yet.'));
    },
    mark(id) {
      for (const [sample, button] of buttons) button.setAttribute('aria-pressed', String(sample === id));
    },
  };
}

function sampleButton(sample: Sample, onPick: (sample: Sample) => void): HTMLButtonElement {
  const name = nameOf(sample);
  const picture = h('img', { src: sample.thumbnail, alt: name, loading: 'lazy' });
  const button = h('button', { type: 'button', class: 'picture', title: name, 'aria-pressed': 'false' }, picture);
  button.addEventListener('click', () => onPick(sample));
  return button;
}
