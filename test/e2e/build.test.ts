import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { png } from '../server/support/pictures.ts';
import { drawings, startTestServer, type TestFolder, testFolder } from '../server/support/start.ts';
import { type Command, runNode } from './command.ts';

const FLOORS = ['base', 'engine', 'embedding', 'attack', 'trainer', 'audit', 'index', 'server', 'client', 'scripts'];
const FILES = ['package.json', 'tsconfig.json', 'tsconfig.build.json'];

/** A copy of what a build is made of, beside the packages of this checkout: nothing else can be found from it. */
function makeProject(): string {
  const project = mkdtempSync(join(tmpdir(), 'holdfast-build-'));
  for (const name of [...FLOORS, ...FILES]) cpSync(name, join(project, name), { recursive: true });
  symlinkSync(resolve('node_modules'), join(project, 'node_modules'));
  return project;
}

describe('a build', () => {
  let project: string;
  let folder: TestFolder;

  beforeAll(async () => {
    project = makeProject();
    const build = runNode(['scripts/build.mjs'], {}, project);
    expect(await build.ended, build.output()).toBe(0);
    folder = testFolder('test-1');
    const server = await startTestServer(folder.data, { firstSources: async () => drawings(12) });
    await server.stop();
  });
  afterAll(() => {
    rmSync(project, { recursive: true });
    folder?.remove();
  });

  it('holds JavaScript only, and of the page what a browser loads', () => {
    const files = readdirSync(join(project, 'dist'), { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => file.endsWith('.ts'))).toEqual([]);
    expect(files.filter((file) => file.startsWith('test'))).toEqual([]);
    const page = readdirSync(join(project, 'dist/client/console')).sort();
    expect(page).toEqual([
      'answer.css',
      'favicon.svg',
      'index.html',
      'main.js',
      'probe.css',
      'query.css',
      'reference.css',
      'style.css',
    ]);
  });

  describe('when it serves', () => {
    let server: Command;
    let url: string;

    beforeAll(async () => {
      const main = join(project, 'dist/server/main.js');
      server = runNode([main, '--model', 'test-1'], { HOLDFAST_DATA: folder.data, PORT: '0' });
      url = (await server.said(/http:\/\/[\d.]+:\d+/))[0];
    });
    afterAll(async () => {
      server.process.kill('SIGKILL');
      await server.ended;
    });

    it('answers its own SDK: a picture of the gallery finds itself', async () => {
      const sdk = pathToFileURL(join(project, 'dist/client/sdk/index.js')).href;
      const script = join(project, 'search.mjs');
      writeFileSync(join(project, 'query.png'), await png(3));
      writeFileSync(
        script,
        `import { readFileSync } from 'node:fs';
        import { HoldfastClient } from ${JSON.stringify(sdk)};
        const client = new HoldfastClient(${JSON.stringify(url)});
        const { results } = await client.search(readFileSync(${JSON.stringify(join(project, 'query.png'))}), { k: 2 });
        process.stdout.write(JSON.stringify(results.map(({ id, rank }) => [rank, id])));`,
      );
      const search = runNode([script]);
      expect(await search.ended, search.output()).toBe(0);
      expect(JSON.parse(search.output())[0]).toEqual([1, 'demo:3']);
    });

    it('serves the page with all that it refers to', async () => {
      const page = await (await fetch(url)).text();
      const references = [...page.matchAll(/(?:href|src)="([^"#]+)"/g)].map(([, path]) => path);
      expect(references).toEqual(
        expect.arrayContaining(['main.js', 'style.css', 'query.css', 'answer.css', 'favicon.svg']),
      );
      for (const path of references) {
        const response = await fetch(new URL(path ?? '', url));
        expect([path, response.status]).toEqual([path, 200]);
      }
    });

    it('computes gradients and attacks', async () => {
      const form = new FormData();
      form.set('image', new Blob([Uint8Array.from(await png(3))]));
      form.set('attacks', 'es');
      form.set('steps', '2');
      const response = await fetch(new URL('/probes', url), { method: 'POST', body: form });
      expect([response.status, (await response.json()).attacks[0].queries]).toEqual([200, 2]);
    });

    it('ends in order', async () => {
      server.process.kill('SIGTERM');
      expect(await server.ended).toBe(0);
    });
  });
});
