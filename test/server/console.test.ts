import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConsole } from '../../server/console.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-console-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const textOf = (file: { bytes: Uint8Array } | undefined): string => Buffer.from(file?.bytes ?? []).toString();
const write = (files: Readonly<Record<string, string>>): void => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
};

describe('the files of the console', () => {
  it('are bundled where they are TypeScript', async () => {
    write({
      'index.html': '<script type="module" src="/main.js"></script>',
      'style.css': 'body { margin: 0 }',
      'part.ts': 'export const answer: number = 42;',
      'main.ts': "import { answer } from './part.ts'; document.title = String(answer);",
      'notes.md': 'not for the page',
    });
    const files = await loadConsole(folder);
    expect([...files.keys()].sort()).toEqual(['/', '/main.js', '/style.css']);
    expect(textOf(files.get('/'))).toContain('/main.js');
    expect(textOf(files.get('/main.js'))).toMatch(/42/);
    expect(textOf(files.get('/main.js'))).not.toMatch(/import|: number/);
  });

  it('are served as they lie in a build', async () => {
    write({ 'index.html': '<p>page</p>', 'main.js': 'document.title = "x";' });
    const files = await loadConsole(folder);
    expect(textOf(files.get('/main.js'))).toBe('document.title = "x";');
    expect(files.get('/main.js')?.type).toBe('.js');
  });

  it('have a placeholder where there are none', async () => {
    for (const place of [folder, join(folder, 'missing')]) {
      const files = await loadConsole(place);
      expect([...files.keys()]).toEqual(['/']);
      expect(textOf(files.get('/'))).toContain('docs/api.md');
    }
  });

  it('of this checkout load', async () => {
    const files = await loadConsole();
    expect(textOf(files.get('/'))).toMatch(/^<!doctype html>/i);
  });
});
