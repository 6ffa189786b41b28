import type { ProbeOptions, RobustnessMethod } from '../sdk/index.ts';
import { attackNames } from './attacks.ts';
import { byId } from './dom.ts';

/** What is set on the page: how to search, and the attacks when they are switched on, which may be none. */
export interface Settings {
  readonly k: number;
  readonly robustness: RobustnessMethod;
  readonly attack: Pick<ProbeOptions, 'attacks' | 'epsilon'> | undefined;
}

/** Milliseconds that a slider and the choice of attacks rest before they count. */
const SETTLED = 250;

/** Reads the settings. Calls `onChange` after each change, and once only for several in a row of the slider or the attacks. */
export function watchControls(onChange: () => void): () => Settings {
  const k = byId('k', HTMLSelectElement);
  const method = byId('method', HTMLSelectElement);
  const attack = byId('attack', HTMLInputElement);
  const options = byId('attack-options', HTMLElement);
  const epsilon = byId('epsilon', HTMLInputElement);
  const epsilonValue = byId('epsilon-value', HTMLOutputElement);
  const kinds = [...options.querySelectorAll<HTMLInputElement>('input[name=attack]')];

  const showEpsilon = () => {
    epsilonValue.value = `${epsilon.value}/255`;
    epsilon.setAttribute('aria-valuetext', `${epsilon.value} of 255`);
  };
  const showOptions = () => {
    options.hidden = !attack.checked;
    method.disabled = attack.checked;
  };
  const chosen = () => attackNames.filter((name) => kinds.some(({ value, checked }) => checked && value === name));
  showEpsilon();
  // A reload keeps what was set.
  showOptions();

  let timer: ReturnType<typeof setTimeout> | undefined;
  const settle = () => {
    clearTimeout(timer);
    timer = setTimeout(onChange, SETTLED);
  };
  epsilon.addEventListener('input', showEpsilon);
  for (const control of [epsilon, ...kinds]) control.addEventListener('input', settle);
  attack.addEventListener('change', showOptions);
  for (const control of [k, method, attack]) control.addEventListener('change', onChange);

  return () => ({
    k: Number(k.value),
    robustness: method.value === 'gradient' ? 'gradient' : 'margin',
    attack: attack.checked ? { attacks: chosen(), epsilon: Number(epsilon.value) } : undefined,
  });
}
