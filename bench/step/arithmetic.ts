import type { Turn } from '../../trainer/defenses/options.ts';

/** How often the network is passed in an update, in forward passes of one image; each gradient costs as much as one. */
export interface Passes {
  /** Clean rows, once, for mining. */
  readonly embed: number;
  /** One step of the attack: forward and back to the pixels, of the perturbed rows alone. */
  readonly step: number;
  /** Forward, back to the images between the layers, and to the filters, of all rows of the triplets. */
  readonly update: number;
}

/** Rows of each triplet that a turn perturbs. */
const PERTURBED: Readonly<Record<Turn, number>> = { candidates: 2, anchors: 1 };

/** What an update of CA-TRIDE on so many pairs cannot do without (specification, section 4.7). */
export function neededPasses(turn: Turn, pairs: number): Passes {
  return { embed: 2 * pairs, step: 2 * PERTURBED[turn] * pairs, update: 3 * 3 * pairs };
}

/** All passes of an update whose attack evaluates its objective so many times. */
export function passesIn({ embed, step, update }: Passes, steps: number): number {
  return embed + steps * step + update;
}

/**
 * The mean over the batches of a training whose first epoch has steps of no size, and whose others perturb candidates and
 * anchors in turn.
 */
export function scheduleMean(epochs: number, first: number, turns: Readonly<Record<Turn, number>>): number {
  return (first + ((epochs - 1) * (turns.candidates + turns.anchors)) / 2) / epochs;
}
