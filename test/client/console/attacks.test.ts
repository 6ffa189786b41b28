import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { attackNames, signOf } from '../../../client/console/attacks.ts';
import { probeAttacks } from '../../../server/probe/attacks/index.ts';

describe('the attacks of the page', () => {
  it('are those of the server', () => {
    expect([...attackNames].sort()).toEqual(Object.keys(probeAttacks).sort());
  });

  it('can all be chosen, each under its sign', () => {
    const page = readFileSync('client/console/index.html', 'utf8');
    const boxes = [...page.matchAll(/<input type="checkbox" name="attack" value="(\S+)"[^>]*> <b>(\S+)<\/b> \S/g)];
    expect(boxes.map(([, value, sign]) => [value, sign])).toEqual(attackNames.map((name) => [name, signOf(name)]));
  });

  it('have signs as the literature writes them', () => {
    expect(attackNames.slice(0, 4).map(signOf)).toEqual(['ES', 'QA+', 'QA−', 'TMA']);
  });
});
