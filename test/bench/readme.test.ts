import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseBenchOptions, systemOptions } from '../../bench/defenses/options.ts';
import { publishedRows } from '../../bench/defenses/published.ts';
import { parseStepOptions } from '../../bench/step.ts';
import { findDataSet } from '../../trainer/data/index.ts';
import { parseHardenOptions } from '../../trainer/options.ts';

const documents = [
  'README.md',
  ...readdirSync('docs').flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
];
const scripts = (JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }).scripts;

/** The words after `npm run SCRIPT --` wherever a document has such a line, without a shell's comment. */
function commands(script: string): [document: string, words: string[]][] {
  return documents.flatMap((document) =>
    readFileSync(document, 'utf8')
      .split('\n')
      .filter((line) => line === `npm run ${script}` || line.startsWith(`npm run ${script} `))
      .map((line): [string, string[]] => {
        const [, ...words] = (line.split('#')[0] as string).trim().split(/\s+/).slice(2);
        return [document, words[0] === '--' ? words.slice(1) : words];
      }),
  );
}

const settings = (words: readonly string[]) => {
  const bench = parseBenchOptions(words);
  if (bench === undefined) throw new RangeError('the command asks for help');
  return { bench, all: bench.systems.map((system) => systemOptions(bench, system, 1, 'data', {})) };
};

describe('the commands in the documents', () => {
  it('are scripts of package.json', () => {
    const named = documents.flatMap((document) => [
      ...readFileSync(document, 'utf8').matchAll(/npm run ([a-z]+(:[a-z]+)?)/g),
    ]);
    expect(named.length).toBeGreaterThan(10);
    expect(named.map(([, script]) => script).filter((script) => !Object.hasOwn(scripts, script as string))).toEqual([]);
  });

  it.each(commands('harden'))('of %s are understood by npm run harden: %s', (_, words) => {
    if (words.includes('--help')) expect(parseHardenOptions(words, 'data')).toBeUndefined();
    else expect(findDataSet(parseHardenOptions(words, 'data')?.data ?? '')).toBeDefined();
  });

  it('compare the published systems on five data sets', () => {
    const found = commands('bench:defenses').map(([, words]) => settings(words));
    expect(found.map(({ all }) => all[0]?.options.data)).toEqual(['cub', 'cars196', 'sop', 'fashion-mnist', 'emoji']);
    // Cells of one file are told apart by system and seed, not by data.
    expect(new Set(found.map(({ bench }) => bench.results)).size).toBe(5);
    for (const { bench, all } of found) {
      for (const { options } of all) if (findDataSet(options.data).needsFolder) expect(options.folder).toBeDefined();
      expect(all.map(({ options }) => options.version)).toEqual(bench.systems.map(({ name }) => name));
      expect(bench.seeds).toEqual([1, 2, 3]);
      for (const name of ['vanilla', 'act', 'hm', 'ca-tride']) expect(bench.systems.map((s) => s.name)).toContain(name);
    }
    expect(found.map(({ all }) => all[0]?.profile.name)).toEqual(['rob224', 'rob224', 'rob224', 'rob28', 'rob224']);
    const fashion = found[3]?.all.map(({ options }) => options.defense);
    for (const { system } of publishedRows) expect(fashion).toContain(system);
  });
});

describe('the options of npm run bench:defenses', () => {
  it('reach the attacks and the trainings', () => {
    const { bench, all } = settings(
      '--sweep ca-tride:lambda=2,5 --seeds 4 --profile quick --queries 7 --protocol robrank -- --epochs 3'.split(' '),
    );
    expect(bench).toMatchObject({ seeds: [4], protocol: 'robrank', results: undefined });
    expect(all.map(({ options }) => [options.lambda, options.epochs, options.seed])).toEqual([
      [2, 3, 1],
      [5, 3, 1],
    ]);
    expect(all.map(({ profile }) => [profile.name, profile.queries])).toEqual([
      ['quick', 7],
      ['quick', 7],
    ]);
    expect(parseBenchOptions(['--help'])).toBeUndefined();
  });

  it.each([
    ['--data cub', /options of npm run harden stand after a second --/],
    ['--systems act,hal', /no system "hal"/],
    ['--seeds 1,x', /--seeds has "x"/],
    ['--protocol exakt', /--protocol is "exakt", not one of: exact, robrank/],
    ['--profile rob32', /--profile is "rob32", not one of: rob28/],
    ['--queries some', /--queries has "some"/],
  ])('refuse %s', (text, message) => {
    expect(() => parseBenchOptions(text.split(' '))).toThrow(message);
  });

  it('refuse help among the options of the trainings', () => {
    expect(() => settings(['--', '--help'])).toThrow(/before the second --/);
  });
});

describe('the options of npm run bench:step in the documents', () => {
  it('are understood', () => {
    const text = documents.map((document) => readFileSync(document, 'utf8')).join('\n');
    const found = [...text.matchAll(/bench:step -- --networks ([a-z0-9,-]+)/g)];
    expect(found.length).toBeGreaterThan(0);
    for (const [, networks] of found) expect(parseStepOptions({ networks }).wanted).toEqual(networks?.split(','));
  });
});
