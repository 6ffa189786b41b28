import type { AttackName, ProbeOptions, RobustnessMethod } from '../sdk/index.ts';
import { byId } from './dom.ts';

/** What is set on the page: how to search, and the attack when one is switched on. */
export interface Settings {
  readonly k: number;
  readonly robustness: RobustnessMethod;
  readonly attack: Pick<ProbeOptions, 'attacks' | 'epsilon'> | undefined;
}

/** Milliseconds that a slider rests before its value counts. */
const SETTLED = 250;

/** Reads the settings. Calls `onChange` after each change, and once only for a slider that is being dragged. */
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
  showEpsilon();
  // A reload keeps what was set.
  showOptions();

  let timer: ReturnType<typeof setTimeout> | undefined;
  epsilon.addEventListener('input', () => {
    showEpsilon();
    clearTimeout(timer);
    timer = setTimeout(onChange, SETTLED);
  });
  attack.addEventListener('change', showOptions);
  for (const control of [k, method, attack, ...kinds]) control.addEventListener('change', onChange);

  return () => ({
    k: Number(k.value),
    robustness: method.value === 'gradient' ? 'gradient' : 'margin',
    attack: attack.checked ? { attacks: [attackNamed(kinds)], epsilon: Number(epsilon.value) } : undefined,
  });
}

function attackNamed(kinds: readonly HTMLInputElement[]): AttackName {
  const value = kinds.find((kind) => kind.checked)?.value;
  return value === 'qa+' || value === 'qa-' ? value : 'es';
}
