import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { nativePackages } from '../../bench/index/native.ts';
import { buildNative, type Run } from '../../scripts/build-native.ts';

/** A machine on which a program goes well, or does not, by what it is called with. */
function machine(goesWell: (program: string, flags: string | undefined) => boolean): { run: Run; said: string[] } {
  const said: string[] = [];
  const run: Run = (program, args, { CXXFLAGS: flags }) => {
    said.push(program === 'npm' ? `compile "${flags}"` : `try ${args[0]}`);
    return goesWell(program, flags);
  };
  return { run, said };
}
const plainFlags = process.env.CXXFLAGS ?? '';
const nativeFlags = `${plainFlags} -march=native`.trim();

describe('npm run build:native', () => {
  it('compiles for this processor, and tries what it made', () => {
    const { run, said } = machine(() => true);
    expect(buildNative(run)).toBe('native');
    expect(said).toEqual([`compile "${nativeFlags}"`, 'try -e']);
  });

  it.each([
    ['the compiler refuses', (program: string, flags?: string) => program !== 'npm' || flags !== nativeFlags],
    // The trial of the second module goes well.
    ['what it made does not run', failFirst()],
  ])('leaves the plain module where %s', (_, goesWell) => {
    const { run, said } = machine(goesWell);
    expect(buildNative(run)).toBe('plain');
    expect(said.slice(-2)).toEqual([`compile "${plainFlags}"`, 'try -e']);
  });

  it('goes back to the plain module', () => {
    const { run, said } = machine(() => true);
    expect(buildNative(run, true)).toBe('plain');
    expect(said).toEqual([`compile "${plainFlags}"`, 'try -e']);
  });

  it('says when nothing can be compiled', () => {
    expect(buildNative(machine(() => false).run)).toBeUndefined();
  });
});

/** The first trial fails. */
function failFirst(): (program: string) => boolean {
  let trials = 0;
  return (program) => program === 'npm' || ++trials > 1;
}

describe.runIf(process.env.HOLDFAST_SLOW_TESTS === '1')('a copy that is compiled for this processor', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-native-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('makes the graph that the plain one makes', () => {
    const packages = join(folder, 'packages');
    expect(nativePackages(packages)).toBe(packages);
    const found = [packages, process.cwd()].map((cwd) => {
      const code = `
        const { HierarchicalNSW } = require('hnswlib-node');
        const index = new HierarchicalNSW('l2', 8);
        index.initIndex(500);
        const at = (row) => Array.from({ length: 8 }, (_, i) => Math.sin((row + 1) * (i + 2)));
        for (let row = 0; row < 500; row++) index.addPoint(at(row), row);
        console.log(JSON.stringify(Array.from({ length: 50 }, (_, row) => index.searchKnn(at(row + 0.3), 5).neighbors)));
      `;
      return JSON.parse(spawnSync(process.execPath, ['-e', code], { cwd, encoding: 'utf8' }).stdout);
    });
    expect(found[0]).toEqual(found[1]);
  }, 300_000);
});
