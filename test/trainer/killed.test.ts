import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { forkScript } from '../support/bundles/bundled.ts';

const script = fileURLToPath(new URL('killed-run.ts', import.meta.url));
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-killed-'));
  folders.push(folder);
  return folder;
}

/** Runs the stage, and kills it so many milliseconds after the batch that is named. @returns whether it was killed. */
async function run(
  folder: string,
  every: number,
  kill?: { readonly after: number; readonly delay: number },
): Promise<boolean> {
  const child = forkScript(script, [folder, String(every)], { stdio: 'inherit' });
  let seen = 0;
  child.on('message', () => {
    seen += 1;
    if (seen === kill?.after) setTimeout(() => child.kill('SIGKILL'), kill.delay);
  });
  const [code, signal] = await once(child, 'exit');
  if (code !== 0 && signal !== 'SIGKILL') throw new Error(`the run ended with ${code}`);
  return signal === 'SIGKILL';
}

/** The log without what a clock or a machine decides. */
function logOf(folder: string): unknown[] {
  const lines = readFileSync(join(folder, 'log.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => {
    const { seconds: _1, memory: _2, imagesPerSecond: _3, waiting: _4, ...rest } = JSON.parse(line);
    return rest;
  });
}

describe('a run that is killed again and again', () => {
  it('ends with the bits and the log of one that was not', async () => {
    const random = createRandom('killed');
    const whole = newFolder();
    const killed = newFolder();
    const undisturbed = run(whole, 60);
    let kills = 0;
    for (let sitting = 0; sitting < 3; sitting++) {
      // Checkpoints at each batch, so that most moments are those of writing one; in one sitting only at each epoch.
      const every = sitting === 1 ? 60 : 0;
      if (await run(killed, every, { after: 1 + random.integer(20), delay: 20 * random.uniform() })) kills += 1;
      expect(existsSync(join(killed, 'done.safetensors'))).toBe(false);
    }
    expect(kills).toBe(3);
    expect(await run(killed, 60)).toBe(false);
    await undisturbed;
    expect(readFileSync(join(killed, 'done.safetensors'))).toEqual(readFileSync(join(whole, 'done.safetensors')));
    expect(logOf(killed)).toEqual(logOf(whole));
  }, 300_000);
});
