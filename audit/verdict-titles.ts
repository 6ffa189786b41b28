import type { VerdictId } from './types.ts';

/** What each verdict is called, in the order in which `docs/verdicts.md` explains them. */
export const verdictTitles: Readonly<Record<VerdictId, string>> = {
  'more-steps-never-weaker': 'More steps are never weaker',
  'success-grows-with-epsilon': 'Success grows with epsilon',
  'unbounded-reaches-chance': 'Without a bound recall falls to chance',
  converged: 'The attack has converged',
  'best-iterate': 'The best iterate is scored',
  'stronger-than-noise': 'Stronger than noise',
  'stronger-than-square': 'Stronger than Square',
  'stronger-than-nes': 'Stronger than NES',
  'stronger-than-transfer': 'Stronger than transfer',
  'gradients-alive': 'Gradients are alive',
  deterministic: 'The model is deterministic',
  'survives-8-bits': 'The attack survives 8 bits',
  'undefended-twin-falls': 'The undefended twin falls',
};

// The keys are those of the record above; TypeScript widens them to any text.
export const verdictIds = Object.keys(verdictTitles) as readonly VerdictId[];
