import { describe, expect, it } from 'vitest';
import type { Hit } from '../../../index/types.ts';
import { candidateConstants, constantShapes, labelConstants } from '../../../server/model/objectives.ts';
import { ATTACK_GALLERY_ROWS, attackNames } from '../../../server/model/types.ts';
import { type Outcome, probeAttacks, type Scene } from '../../../server/probe/attacks/index.ts';
import { standingOf } from '../../../server/probe/scene.ts';

/** A record at an angle on the unit circle, in degrees. */
function hit(id: string, label: string | null, degrees: number): Hit {
  const angle = (degrees * Math.PI) / 180;
  const vector = Float32Array.of(Math.cos(angle), Math.sin(angle));
  return { id, label, metadata: null, createdAt: '', vector, distance: 2 * Math.sin(angle / 2) };
}

const near = [hit('a', 'cat', 10), hit('b', 'cat', 20), hit('c', 'dog', 30), hit('d', null, 40)];
const far = hit('e', 'bird', 90);
const scene: Scene = {
  query: Float32Array.of(1, 0),
  near,
  before: near.slice(0, 2),
  sample: [near[1] as Hit, far, near[3] as Hit],
};
const outcome = (after: readonly Hit[], ranks?: readonly [number | null, number | null]): Outcome => ({
  ...{ before: scene.before, after, candidate: near[0] },
  standings: ranks && { before: { rank: ranks[0], distance: 1 }, after: { rank: ranks[1], distance: 1 } },
});

describe('the attacks of a probe', () => {
  it('are those that the model has programs for, under their own names', () => {
    expect(Object.keys(probeAttacks).sort()).toEqual([...attackNames].sort());
    for (const name of attackNames) expect(probeAttacks[name].name).toBe(name);
  });

  it('aim at what the literature has them aim at', () => {
    const chosen = Object.fromEntries(attackNames.map((name) => [name, probeAttacks[name].choose(scene)?.id]));
    expect(chosen).toEqual({
      ...{ es: undefined, ltm: undefined, 'qa-': 'a', 'ca-': 'a', gtt: 'a', gtm: 'c' },
      ...{ 'qa+': 'd', 'ca+': 'd', tma: 'd' },
    });
  });

  it('give constants of the shapes that their programs are compiled for', () => {
    for (const name of attackNames) {
      const attack = probeAttacks[name];
      const constants = attack.constants(scene, attack.choose(scene));
      const shapes = Object.entries(constantShapes(name, 2)).map(([key, spec]) => [
        key,
        'shape' in spec ? spec.shape : spec,
      ]);
      expect(Object.entries(constants).map(([key, { shape }]) => [key, shape])).toEqual(shapes);
    }
  });

  it('go by the label of the first result where they need a class, and say that there is none', () => {
    const unlabelled = [hit('x', null, 1), ...near];
    const without = { ...scene, near: unlabelled, before: unlabelled.slice(0, 1) };
    expect(() => probeAttacks.gtm.choose(without)).toThrow(/no label/);
    expect(() => probeAttacks.ltm.constants(without, undefined)).toThrow(/no label/);
    const alike = { ...scene, near: near.slice(0, 2), sample: near.slice(0, 1) };
    expect(() => probeAttacks.gtm.choose(alike)).toThrow(/another label/);
  });

  it.each([
    ['es', outcome([near[1] as Hit]), true],
    ['es', outcome([near[0] as Hit]), false],
    ['gtm', outcome([near[2] as Hit]), true],
    ['gtm', outcome([near[1] as Hit]), false],
    ['ltm', outcome([near[3] as Hit]), true],
    ['gtt', outcome(near.slice(1)), true],
    ['gtt', outcome([...near.slice(1), near[0] as Hit]), false],
    ['gtt', outcome([far, ...near.slice(1), near[0] as Hit]), true],
    ['qa+', outcome([], [null, 3]), true],
    ['qa+', outcome([], [4, 1]), false],
    ['qa-', outcome([], [1, null]), true],
    ['qa-', outcome([], [1, 9]), false],
    ['ca+', outcome([], [null, 1]), true],
    ['ca-', outcome([], [null, null]), false],
    ['tma', outcome([], [null, null]), false],
  ] as const)('%s succeeds or not (%#)', (name, made, success) => {
    expect(probeAttacks[name].succeeded(made)).toBe(success);
  });
});

describe('where a candidate stands', () => {
  const target = hit('t', null, 0);
  const listOf = async (_: Float32Array, k: number) => [target, ...near].slice(0, k);

  it('is its place in the list of the picture', async () => {
    const standing = await standingOf({}, near[1] as Hit, scene.query, scene.before, 2, listOf);
    expect(standing.rank).toBe(2);
    expect((await standingOf({}, far, scene.query, scene.before, 2, listOf)).rank).toBeNull();
  });

  it('is, for a candidate attack, the place of the picture in the list of the candidate, itself left out', async () => {
    const rankAt = async (degrees: number, k: number) =>
      (await standingOf({ list: 'candidate' }, target, hit('', null, degrees).vector, [], k, listOf)).rank;
    expect(await rankAt(5, 3)).toBe(1);
    expect(await rankAt(25, 3)).toBe(3);
    expect(await rankAt(25, 2)).toBeNull();
  });
});

describe('the constants of attacks with classes and targets', () => {
  it('number classes, the one of the picture first, and leave records without a label alone', () => {
    const { galleryLabels, labels, gallery } = labelConstants('dog', near);
    expect([...(galleryLabels?.data ?? [])].slice(0, 6)).toEqual([1, 1, 0, -4, 1, 1]);
    expect([...(labels?.data ?? [])]).toEqual([0]);
    expect(gallery?.shape).toEqual([ATTACK_GALLERY_ROWS, 2]);
  });

  it('repeat a gallery that is smaller than the program', () => {
    const { gallery, targets } = candidateConstants(Float32Array.of(0, 1), [
      Float32Array.of(1, 0),
      Float32Array.of(0, -1),
    ]);
    expect([...(gallery?.data ?? [])].slice(0, 6)).toEqual([1, 0, 0, -1, 1, 0]);
    expect(targets?.shape).toEqual([1, 1, 2]);
    expect([...(candidateConstants(Float32Array.of(0, 1), []).gallery?.data ?? [])].slice(0, 2)).toEqual([0, 1]);
  });
});
