import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openModelVersion } from '../../embedding/version.ts';
import { drawRectangles } from '../trainer/data/support/drawn.ts';

const data = mkdtempSync(join(tmpdir(), 'holdfast-harden-'));
afterAll(() => rmSync(data, { recursive: true }));

interface Command {
  readonly child: ChildProcess;
  output(): string;
}

function harden(...args: string[]): Command {
  const child = spawn(process.execPath, ['--import', 'tsx', 'trainer/main.ts', ...args], {
    env: { ...process.env, HOLDFAST_DATA: data },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const collect = (chunk: Buffer): void => {
    text += chunk.toString();
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  return { child, output: () => text };
}

async function outputHas(command: Command, wanted: string): Promise<void> {
  while (!command.output().includes(wanted)) {
    if (command.child.exitCode !== null) throw new Error(`it ended before "${wanted}":\n${command.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function exitOf({ child }: Command): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

describe('npm run harden', () => {
  it('answers --help, and wrong options with a named error', async () => {
    const help = harden('--help');
    expect(await exitOf(help)).toBe(0);
    for (const option of ['data', 'backbone', 'defense', 'preset', 'budget', 'seed', 'device', 'output']) {
      expect(help.output()).toContain(`--${option} `);
    }
    const wrong = harden('--preset', 'papre');
    expect(await exitOf(wrong)).toBe(1);
    expect(wrong.output()).toContain('error OPTION_INVALID: --preset is "papre"');
  });

  // Trains three networks and attacks them: half a minute.
  it.runIf(process.env.HOLDFAST_SLOW_TESTS === '1')(
    'goes on after kill -9 and after Ctrl-C, and ends with a table and a model version that opens',
    async () => {
      await drawRectangles(join(data, 'cache'));
      const args = ['--budget', '10s', '--queries', '16', '--name', 'killed-1'];
      const first = harden(...args);
      await outputHas(first, 'vanilla');
      first.child.kill('SIGKILL');
      await exitOf(first);
      const second = harden(...args);
      await outputHas(second, 'ca-tride');
      expect(second.output()).not.toContain('pretrain');
      second.child.kill('SIGINT');
      expect(await exitOf(second)).toBe(130);
      expect(second.output()).toContain('The same command goes on');
      const other = harden(...args, '--seed', '2');
      expect(await exitOf(other)).toBe(1);
      expect(other.output()).toContain('CHECKPOINT_MISMATCH');
      const third = harden(...args);
      expect(await exitOf(third)).toBe(0);
      for (const column of ['R@1', 'R@2', 'mAP', 'under ES', 'under ranking']) expect(third.output()).toContain(column);
      const { manifest } = openModelVersion(join(data, 'models', 'killed-1'));
      expect(manifest.training).toMatchObject({ defense: 'ca-tride', preset: 'paper', seed: 1 });
      expect(manifest.calibration.shiftPerLevel).toBeGreaterThan(0);
      const again = harden(...args);
      expect(await exitOf(again)).toBe(1);
      expect(again.output()).toContain('exists already');
    },
    900_000,
  );
});
