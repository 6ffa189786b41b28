import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import * as sdk from '../client/sdk/index.ts';

const documents = execFileSync('git', ['ls-files', '*.md'], { encoding: 'utf8' }).split('\n').filter(existsSync);

/** The name by which GitHub links to a heading. */
function anchor(heading: string): string {
  const words = heading.replace(/^#+/, '').replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
  return words
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
    .replaceAll(' ', '-');
}

const anchorsOf = (document: string): string[] =>
  readFileSync(document, 'utf8')
    .match(/^#+ .*$/gm)
    ?.map(anchor) ?? [];

/** What is wrong with a link of a document; undefined when it leads somewhere. */
function fault(document: string, link: string): string | undefined {
  const [path = '', heading] = link.split('#');
  const target = path === '' ? document : join(dirname(document), path);
  if (!existsSync(target)) return `${document}: ${link} is not there`;
  if (heading !== undefined && !anchorsOf(target).includes(heading)) return `${document}: ${link} has no such heading`;
  return undefined;
}

it('every link of a document within the repository leads somewhere', () => {
  const links = documents.flatMap((document) =>
    [...readFileSync(document, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => [document, link as string]),
  );
  const own = links.filter(([, link]) => !/^[a-z]+:/.test(link as string)) as [string, string][];
  expect(own.length).toBeGreaterThan(50);
  expect(own.map(([document, link]) => fault(document, link)).filter((text) => text !== undefined)).toEqual([]);
  expect(fault('README.md', 'docs/nowhere.md')).toMatch(/is not there/);
  expect(fault('README.md', 'docs/api.md#nowhere')).toMatch(/no such heading/);
});

it('the example of the readme calls what the client has', () => {
  const [, example] = /```ts\n(.*?)\n```/s.exec(readFileSync('README.md', 'utf8')) as RegExpExecArray;
  const [, imported] = /import \{ (\w+) \} from '\.\/client\/sdk\/index\.ts'/.exec(
    example as string,
  ) as RegExpExecArray;
  expect(Object.keys(sdk)).toContain(imported);
  const calls = [...(example as string).matchAll(/client\.(\w+)\(/g)].map(([, name]) => name as string);
  expect(calls.length).toBeGreaterThan(0);
  for (const name of calls) expect(Object.hasOwn(sdk.HoldfastClient.prototype, name)).toBe(true);
});
