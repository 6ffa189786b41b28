import type { Raw } from '../../attack/suite/scores.ts';
import type { Measure } from '../../attack/suite/types.ts';

/** The values of the ten attacks as RobRank prints them: ranks and recalls in percent, TMA as a cosine, ES:D as a distance. */
export const ATTACK_COLUMNS = ['CA+', 'CA-', 'QA+', 'QA-', 'TMA', 'ES:D', 'ES:R', 'LTM', 'GTM', 'GTT'] as const;
export type AttackColumn = Measure;

/** Retrieval without an attack, in percent. */
export const BENIGN_COLUMNS = ['R@1', 'R@2', 'mAP', 'NMI'] as const;
export type BenignColumn = (typeof BENIGN_COLUMNS)[number];

export type Figures<Column extends string> = Readonly<Record<Column, number>>;

/** A way to train, by the options of `npm run harden` that make it differ from the others. */
export interface System {
  readonly name: string;
  readonly options: readonly string[];
}

/** One trained and judged system. */
export interface Judged {
  readonly system: string;
  readonly seed: number;
  /** Fingerprint of everything that decides the result beside the seed: with another one it is another experiment. */
  readonly setting: string;
  /** Steps that an attack of the training may take. */
  readonly attackSteps: number;
  /** Steps that it took, on average over the updates. */
  readonly attackStepsTaken: number;
  readonly updates: number;
  /** Of training after the pre-training that all systems share. */
  readonly trainSeconds: number;
  readonly benign: Figures<BenignColumn>;
  readonly attacks: Raw;
  readonly ers: number;
  readonly ars: number;
}

/** The same with the commit of the code that did it. */
export interface Cell extends Judged {
  readonly commit: string;
}
