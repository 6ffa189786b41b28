import type { ProbeAnswer, ProbedAttack } from '../sdk/index.ts';
import { signOf } from './attacks.ts';
import { h } from './dom.ts';
import { arrivals, departures } from './movement.ts';
import { sectionId } from './outcome-table.ts';
import { ranking } from './ranking.ts';
import { verdict } from './verdict.ts';
import { count, decimal } from './words.ts';

/** One attack of a probe: the verdict, the picture before and after with the change between, and the two rankings. */
export function attackView(probe: ProbeAnswer, attack: ProbedAttack): HTMLElement {
  const { before } = probe;
  const { after, candidate } = attack;
  return h(
    'section',
    { class: 'attacked', id: sectionId(attack) },
    h('h3', {}, signOf(attack.attack)),
    h('p', { class: `verdict ${attack.success ? 'lost' : 'held'}` }, verdict(attack)),
    pictures(probe, attack),
    h('p', { class: 'hint' }, cost(attack, probe.epsilon)),
    h(
      'div',
      { class: 'rankings' },
      ranking('Before the attack', before, departures(before, after), candidate?.id),
      ranking('After the attack', after, arrivals(before, after), candidate?.id),
    ),
  );
}

function pictures(
  { pictures: { clean, amplification, size } }: ProbeAnswer,
  { pictures: { attacked, perturbation } }: ProbedAttack,
): HTMLElement {
  const figure = (src: string, alt: string, caption: string) =>
    h('figure', {}, h('img', { src, alt, width: size, height: size }), h('figcaption', {}, caption));
  return h(
    'div',
    { class: 'trio' },
    figure(clean, 'The query as the network sees it', 'Query'),
    h('span', { 'aria-hidden': 'true' }, '+'),
    figure(perturbation, `The change, ${amplification} times amplified, on grey`, `Change × ${amplification}`),
    h('span', { 'aria-hidden': 'true' }, '='),
    figure(attacked, 'The query after the attack', 'Attacked'),
  );
}

function cost({ norms, steps, queries }: ProbedAttack, epsilon: number): string {
  return (
    `Largest change of a pixel ${decimal(norms.linf, 1)}/255 (allowed: ${epsilon}/255), Euclidean norm ` +
    `${decimal(norms.l2, 2)}; ${count(steps, 'step')}, ${count(queries, 'run')} of the network.`
  );
}
