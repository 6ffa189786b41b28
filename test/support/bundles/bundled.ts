import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { inject } from 'vitest';

/** The bundle of a module of the project; undefined where it has none. @param path of the module, without its ending */
export function bundled(path: string): string | undefined {
  const bundle = `${join(inject('bundles'), relative(process.cwd(), path))}.mjs`;
  return existsSync(bundle) ? bundle : undefined;
}

/** The arguments by which Node.js runs a script: its bundle, or TypeScript where it has none. */
export function scriptArguments(script: string): string[] {
  const bundle = bundled(script.replace(/\.ts$/, ''));
  return bundle === undefined ? ['--import', 'tsx', script] : [bundle];
}

/** Runs a script with a channel for messages. */
export function forkScript(script: string, args: readonly string[], options: ForkOptions): ChildProcess {
  const bundle = bundled(script.replace(/\.ts$/, ''));
  const execArgv = bundle === undefined ? ['--import', 'tsx'] : [];
  return fork(bundle ?? script, [...args], { execArgv, ...options });
}
