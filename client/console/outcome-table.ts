import type { ProbeAnswer, ProbedAttack } from '../sdk/index.ts';
import { signOf } from './attacks.ts';
import { h } from './dom.ts';
import { type Rank, standingOf } from './standing.ts';
import { decimal } from './words.ts';

const COLUMNS = ['Attack', 'Outcome', 'Rank', 'Change', 'Norm', 'Runs'];

/** What each attack of a probe came to, a row each: the rank that it is about before and after, the norms of its change, and its price. */
export function outcomeTable(probe: ProbeAnswer): HTMLElement {
  const heads = COLUMNS.map((column) => h('th', { scope: 'col' }, column));
  const rows = probe.attacks.map((attack) => row(probe, attack));
  return h(
    'div',
    { class: 'outcomes', role: 'region', 'aria-label': 'The attacks side by side', tabindex: 0 },
    h('table', {}, h('thead', {}, h('tr', {}, ...heads)), h('tbody', {}, ...rows)),
    h(
      'p',
      { class: 'hint' },
      'Rank: of the candidate, where the attack has one, else of the first result. Change: the largest of a pixel. Runs: of the network.',
    ),
  );
}

function row(probe: ProbeAnswer, attacked: ProbedAttack): HTMLElement {
  const { attack, success, norms, queries } = attacked;
  const standing = standingOf(probe, attacked);
  return h(
    'tr',
    {},
    h(
      'th',
      { scope: 'row' },
      h('a', { href: `#${sectionId(attacked)}`, title: `To ${signOf(attack)}` }, signOf(attack)),
    ),
    h('td', {}, h('span', { class: `badge ${success ? 'lost' : 'held'}` }, success ? 'worked' : 'held')),
    h('td', {}, standing === undefined ? '–' : `${place(standing.before)} → ${place(standing.after)}`),
    h('td', {}, `${decimal(norms.linf, 1)}/255`),
    h('td', {}, decimal(norms.l2, 2)),
    h('td', {}, decimal(queries, 0)),
  );
}

/** Where the page shows an attack by itself. */
export function sectionId({ attack }: Pick<ProbedAttack, 'attack'>): string {
  return `attack-${attack}`;
}

function place(rank: Rank): string {
  return rank === null ? 'out' : String(rank);
}
