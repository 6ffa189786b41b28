import type {
  ProbeAnswer,
  ProbedAttack,
  Robustness,
  SearchAnswer,
  SearchResult,
} from '../../../../client/sdk/index.ts';

/** A result at a rank; its name is its id. */
export function result(id: string, rank: number, robustness: Robustness | null = null): SearchResult {
  const distance = rank / 10;
  return {
    rank,
    id,
    label: `a ${id}`,
    metadata: null,
    distance,
    score: 1 - distance ** 2 / 2,
    thumbnail: `/images/${id}`,
    robustness,
  };
}

/** A ranked list of these ids. */
export const ranked = (...ids: readonly string[]): SearchResult[] => ids.map((id, i) => result(id, i + 1));

/** An answer with one result of each band of robustness and one that nothing can move. */
export const found: SearchAnswer = {
  model: 'test-1',
  generation: 3,
  protocol: { robustness: 'margin', k: 10, behind: 20, fullScore: 8 },
  results: [
    result('anchor', 1, { epsilon: null, score: 1, method: 'margin' }),
    result('bear', 2, { epsilon: 7.25, score: 0.90625, method: 'margin' }),
    result('cat', 3, { epsilon: 3, score: 0.375, method: 'gradient' }),
    result('dog', 4, { epsilon: 0.5, score: 0.0625, method: 'margin' }),
  ],
  timings: { decode: 1, embed: 2, search: 1, robustness: 1, total: 5.4 },
};

// One pixel of white.
const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4AAAAAElFTkSuQmCC';

/** An attack, `es`, that moved things, apart from what is overridden. */
export function attacked(overrides: Partial<ProbedAttack> = {}): ProbedAttack {
  return {
    attack: 'es',
    success: true,
    steps: 32,
    queries: 32,
    norms: { linf: 8, l2: 1.314 },
    candidate: null,
    pictures: { attacked: PIXEL, perturbation: PIXEL },
    after: ranked('cat', 'anchor', 'dog'),
    ...overrides,
  };
}

/** A probe of such an attack. */
export function probed(overrides: Partial<ProbedAttack> = {}, epsilon = 8): ProbeAnswer {
  return {
    model: 'test-1',
    epsilon,
    before: ranked('anchor', 'bear', 'cat'),
    pictures: { size: 32, amplification: 16, clean: PIXEL },
    attacks: [attacked(overrides)],
    timings: { decode: 1, embed: 8, attack: 1400, total: 1420 },
  };
}
