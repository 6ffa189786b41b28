import { z } from 'zod';
import { bisectionTrials, smallestLevel } from '../../attack/bisection.ts';
import type { Hit } from '../../index/types.ts';
import type { Services } from '../lifecycle.ts';
import type { AttackName, CallOptions } from '../model/types.ts';
import { attackPicture } from './attack-picture.ts';
import { type Candidate, probeAttacks } from './attacks/index.ts';
import { type ListOf, sceneOf } from './scene.ts';

/** The attacks that a search can be told to withstand: those that change the query's list. GTT is QA- on its first result alone. */
export const survivalAttacks = ['es', 'qa+', 'qa-', 'tma', 'ltm', 'gtm'] as const satisfies readonly AttackName[];

/** Is made on each result by itself; the others once for all results. */
const AIMED: AttackName = 'qa-';

const attackProblem = `must be one of ${survivalAttacks.join(', ')}`;

/** How a search attacks its query. */
export const survivalRequest = z.strictObject({
  attacks: z
    .array(z.enum(survivalAttacks, { error: attackProblem }))
    .min(1)
    .refine((names) => new Set(names).size === names.length, 'has an attack twice')
    .default(['es', 'qa-']),
  epsilon: z.int().min(1).max(32).default(8).describe('largest change of a pixel value, in 1/255'),
  steps: z.int().min(1).max(100).default(8),
});
export type SurvivalRequest = z.output<typeof survivalRequest>;

export const survivalSchema = z.strictObject({
  attack: z.enum(survivalAttacks),
  stayed: z.boolean().describe('in the list at the largest epsilon'),
  epsilon: z.int().nullable().describe('the smallest, in 1/255, at which it did not stay; null where it stayed'),
});
/** What a result came to under an attack. */
export type Survival = z.output<typeof survivalSchema>;

/** Steps that the attacks may take together, on a list of k. */
export function survivalCost({ attacks, epsilon, steps }: SurvivalRequest, k: number): number {
  const trials = (name: AttackName): number => (name === AIMED ? k * bisectionTrials(epsilon) : epsilon);
  return steps * attacks.reduce((sum, name) => sum + trials(name), 0);
}

export interface Attacked {
  readonly query: Float32Array;
  /** size x size x channels bytes. */
  readonly pixels: Uint8Array;
  /** Those whose survival is measured, of a list of k. */
  readonly hits: readonly Hit[];
  readonly k: number;
}

/**
 * Attacks a query and says of each result whether it stays among the first k, and at which epsilon it no longer does, attack by attack in the
 * order of the request. Whole levels alone are tried: pictures have no others.
 * @throws HoldfastError REQUEST_INVALID where an attack has nothing to aim at; the signal's reason after the step at hand
 */
export async function measureSurvival(
  { query, pixels, hits, k }: Attacked,
  { attacks, epsilon, steps }: SurvivalRequest,
  listOf: ListOf,
  services: Services,
  signal: AbortSignal,
): Promise<Survival[][]> {
  const options: CallOptions = { priority: 'probe', signal };
  const scene = await sceneOf(query, k, listOf, services);
  const survivals: Survival[][] = hits.map(() => []);
  for (const name of attacks) {
    const attack = probeAttacks[name];
    const idsAfter = async (level: number, candidate: Candidate | undefined): Promise<ReadonlySet<string>> => {
      const effort = { epsilon: level, steps };
      const { vector } = await attackPicture(attack, pixels, scene, candidate, effort, services, options);
      return new Set((await listOf(vector, k)).map(({ id }) => id));
    };
    const target = name === AIMED || hits.length === 0 ? undefined : attack.choose(scene);
    const shared = once((level) => idsAfter(level, target));
    for (const [i, hit] of hits.entries()) {
      const idsAt = name === AIMED ? (level: number) => idsAfter(level, hit) : shared;
      const least = await smallestLevel(epsilon, async (level) => !(await idsAt(level)).has(hit.id));
      survivals[i]?.push({ attack: name, stayed: least === null, epsilon: least });
    }
  }
  return survivals;
}

/** Computes what belongs to a level once. */
function once<T>(compute: (level: number) => Promise<T>): (level: number) => Promise<T> {
  const known = new Map<number, Promise<T>>();
  return (level) => {
    const value = known.get(level) ?? compute(level);
    known.set(level, value);
    return value;
  };
}
