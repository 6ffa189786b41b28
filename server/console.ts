import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface ConsoleFile {
  /** An extension that tells the media type. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** The files of the page by their paths; the page itself is `/`. */
export type ConsoleFiles = ReadonlyMap<string, ConsoleFile>;

const SERVED = ['.html', '.css', '.js', '.svg', '.png', '.ico'];
const PLACEHOLDER = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Holdfast</title>
<p>The server runs. The console is not part of this installation; see docs/api.md for the endpoints.</p></html>
`;

/**
 * The console from the folder beside the server: bundled in memory when it is there as TypeScript, as it lies there in
 * a build. Without it there is a placeholder.
 */
export async function loadConsole(
  folder = fileURLToPath(new URL('../client/console/', import.meta.url)),
): Promise<ConsoleFiles> {
  const files = new Map<string, ConsoleFile>();
  const names = existsSync(folder) ? readdirSync(folder) : [];
  for (const name of names.filter((candidate) => SERVED.includes(extname(candidate)))) {
    const path = name === 'index.html' ? '/' : `/${name}`;
    files.set(path, { type: extname(name), bytes: readFileSync(`${folder}/${name}`) });
  }
  if (names.includes('main.ts')) files.set('/main.js', { type: '.js', bytes: await bundle(`${folder}/main.ts`) });
  if (!files.has('/')) files.set('/', { type: '.html', bytes: Buffer.from(PLACEHOLDER) });
  return files;
}

/** esbuild is a development dependency: it is there wherever the sources are TypeScript. */
async function bundle(entry: string): Promise<Uint8Array> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    logLevel: 'silent',
  });
  const [output] = outputFiles;
  if (output === undefined) throw new RangeError(`no bundle of ${entry}`);
  return output.contents;
}
