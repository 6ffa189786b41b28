import { type ChildProcess, spawn } from 'node:child_process';
import { scriptArguments } from '../support/bundles/bundled.ts';

/** A started process and what it said. */
export interface Command {
  readonly process: ChildProcess;
  /** Standard output and error so far. */
  output(): string;
  /** Resolves with the match when the output matches. @throws when the process ends before. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  /** The exit code, or the signal. */
  readonly ended: Promise<number | string>;
}

/** Runs a TypeScript file of the project in a process of its own. */
export function run(
  file: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Command {
  return runNode([...scriptArguments(file), ...args], environment);
}

/** Runs Node.js with these arguments in a process of its own, in `folder` or here. */
export function runNode(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  folder?: string,
): Command {
  const child = spawn(process.execPath, args, { cwd: folder, env: { ...process.env, ...environment } });
  let text = '';
  const listeners = new Set<() => void>();
  const hear = (chunk: Buffer): void => {
    text += chunk.toString();
    for (const listener of listeners) listener();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  return {
    process: child,
    output: () => text,
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const listener = (): void => {
          const match = pattern.exec(text);
          if (match === null) return;
          listeners.delete(listener);
          resolve(match);
        };
        listeners.add(listener);
        listener();
        void ended.then((code) => reject(new Error(`ended (${code}) without saying ${pattern}:\n${text}`)));
      }),
    ended,
  };
}
