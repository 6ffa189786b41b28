import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { progressLine } from '../../base/terminal.ts';
import { harden } from '../../trainer/harden.ts';
import { optionTable } from '../../trainer/option-table.ts';
import { HELP, parseHardenOptions } from '../../trainer/options.ts';

const parse = (...args: string[]) => parseHardenOptions(args, 'data');

describe('the options of harden', () => {
  it('have defaults that name the version', () => {
    expect(parse()).toMatchObject({
      data: 'emoji',
      backbone: 'compact',
      defense: 'ca-tride',
      preset: 'paper',
      seed: 1,
      version: 'emoji-ca-tride-paper-s1',
      output: 'data/models',
      split: 'test',
      budget: undefined,
      device: 'cpu',
    });
    expect(parse('--defense', 'vanilla', '--seed', '7')?.version).toBe('emoji-vanilla-s7');
    expect(parse('--backbone', 'resnet18')?.version).toBe('emoji-resnet18-ca-tride-paper-s1');
  });

  it('read a budget as seconds', () => {
    expect(parse('--budget', '15m')?.budget).toBe(900);
  });

  it('read levels as shares of the range', () => {
    expect(parse('--epsilon', '8', '--alpha', '1/255')).toMatchObject({ epsilon: 8 / 255, alpha: 1 / 255 });
  });

  it('read both signs of the weights', () => {
    expect(parse('--weight-sign', '-')?.['weight-sign']).toBe('-');
    expect(parse('--weight-sign', '+')?.['weight-sign']).toBe('+');
  });

  it('refuse what excludes each other', () => {
    expect(() => parse('--resume', '--fresh')).toThrow('exclude');
    expect(() => parse('--init', 'a', '--pretrained', 'b')).toThrow('exclude');
  });

  it.each(Object.entries(optionTable))(
    '--%s is in the help, has a name of its own and refuses what is no value',
    (name, row) => {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      const left = row.value === undefined ? `  --${name} ` : `  --${name} ${row.value} `;
      const line = HELP.split('\n').find((each) => each.startsWith(left));
      expect(line).toContain(row.help);
      if (row.shown !== undefined) expect(line).toContain(`(${row.shown})`);
      if (row.value === undefined) {
        expect(parse(`--${name}`)).toMatchObject({ [name]: true });
        expect(() => parse(`--${name}=x`)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
      } else {
        expect(row.parse('')).toBeUndefined();
        expect(() => parse(`--${name}=`)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
        expect(() => parse(`--${name}`)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
      }
      // The default is a value like any other.
      if (typeof row.fallback === 'string') expect(row.parse(row.fallback)).toBe(row.fallback);
    },
  );

  it('ask for help by giving nothing', () => {
    expect(parse('--help')).toBeUndefined();
  });

  it.each([
    ['--seed', '1.5'],
    ['--seed', 'one'],
    ['--seed', ''],
    ['--queries', '0'],
    ['--budget', 'soon'],
    ['--budget', '0s'],
    ['--defense', 'toString'],
    ['--loss', 'constructor'],
    ['--rate', '-1'],
    ['--rate', 'fast'],
    ['--average', '1.5'],
    ['--clip-norm', '0'],
    ['--epsilon', '256'],
    ['--epsilon', '-8'],
    ['--alpha', '1/256'],
    ['--pairs', '1'],
    ['--schedule', 'linear'],
    ['--checkpoint-every', 'never'],
    ['--preset', 'toString'],
    ['--split', 'train'],
    ['--device', 'gpu'],
    ['--threads', '0'],
    ['--threads', '100000'],
    ['--name', '../up'],
    ['--name', 'Upper'],
    ['--unknown', 'x'],
    ['stray'],
  ])('refuse %s %s with a named error', (...args) => {
    expect(() => parse(...args)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  });

  it.each([
    ['--lambda is of CA-TRIDE', ['--defense', 'act', '--lambda', '5']],
    ['--preset is of CA-TRIDE', ['--defense', 'vanilla', '--preset', 'release']],
    ['leave out --loss and --miner', ['--loss', 'contrastive']],
    ['leave out --loss and --miner', ['--defense', 'ca-cap', '--miner', 'random']],
  ])('refuse what the defense would not look at: %s', (message, args) => {
    expect(() => parse(...args)).toThrow(message);
  });

  it.each([
    [['--defense', 'act', '--miner', 'random']],
    [['--loss', 'triplet']],
    [['--defense', 'ca-anp', '--lambda', '9']],
  ])('take what it looks at: %j', (args) => {
    expect(parse(...args)).toBeDefined();
  });
});

describe('the backbone of a run', () => {
  const start = async (backbone: string): Promise<unknown> => {
    const options = parse('--backbone', backbone);
    if (options === undefined) throw new Error('no options');
    const folders = { folder: join(root, backbone), cache: join(root, 'cache') };
    return harden(options, folders, progressLine(), new AbortController().signal);
  };
  const root = mkdtempSync(join(tmpdir(), 'holdfast-backbone-'));
  afterAll(() => rmSync(root, { recursive: true }));

  it.each(['vgg', 'toString'])('%s is refused with the names that exist', async (name) => {
    await expect(start(name)).rejects.toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining('compact, c2f2, lenet') }),
    );
  });
});
