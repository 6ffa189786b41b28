// Builds the server for production into dist/: JavaScript for Node, and the console bundled for browsers.
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { extname, join } from 'node:path';
import { build } from 'esbuild';

const OUTPUT = 'dist';
const CONSOLE = join('client', 'console');

rmSync(OUTPUT, { recursive: true, force: true });
// Types are checked by `npm run lint`, which takes several times as long.
const compile = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--noCheck'];
execFileSync(process.execPath, compile, { stdio: 'inherit' });

const target = join(OUTPUT, CONSOLE);
rmSync(target, { recursive: true, force: true });
await build({
  entryPoints: [join(CONSOLE, 'main.ts')],
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  outfile: join(target, 'main.js'),
  logLevel: 'warning',
});
for (const name of readdirSync(CONSOLE)) {
  if (extname(name) !== '.ts') cpSync(join(CONSOLE, name), join(target, name));
}
