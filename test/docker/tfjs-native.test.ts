import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const SCRIPT = join(import.meta.dirname, '..', '..', 'docker', 'tfjs-native.sh');
const folder = mkdtempSync(join(tmpdir(), 'holdfast-native-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A folder that has TF.js, as far as the script looks before it downloads anything. */
const ready = join(folder, 'ready');
mkdirSync(join(ready, 'node_modules', '@tensorflow', 'tfjs'), { recursive: true });
const notAWheel = join(folder, 'tensorflow_cpu-9.9.9-py3.whl');
writeFileSync(notAWheel, 'not an archive');

function run(options: string[], variables: Record<string, string> = {}): { status: number | null; said: string } {
  const env = { PATH: process.env.PATH, HOME: folder, ...variables };
  const { status, stdout, stderr } = spawnSync('/bin/bash', [SCRIPT, ...options], { env, encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

/** A search path on which every tool of this machine is, less one. */
function without(tool: string): string {
  const bin = join(folder, `without-${tool}`);
  mkdirSync(bin);
  for (const name of ['bash', 'dirname', 'uname', 'node', 'npm', 'make', 'g++', 'python3']) {
    if (name === tool) continue;
    const { stdout } = spawnSync('/bin/bash', ['-c', `command -v ${name}`], { encoding: 'utf8' });
    if (stdout.trim() !== '') symlinkSync(stdout.trim(), join(bin, name));
  }
  return bin;
}

describe.skipIf(process.platform !== 'linux')('the script that builds the native backend of TF.js', () => {
  it('explains itself', () => {
    const { status, said } = run(['--help']);
    expect(status).toBe(0);
    for (const word of ['--gpu', '--force', 'TENSORFLOW_WHEEL', 'TFJS_NATIVE_CACHE', 'npm ci'])
      expect(said).toContain(word);
  });

  it.each([
    ['an option that there is not', ['--cuda'], {}, 'no option --cuda'],
    ['a folder that there is not', [join(folder, 'absent')], {}, `there is no folder ${join(folder, 'absent')}`],
    ['a second folder', [ready, folder], {}, `one FOLDER, not also ${folder}`],
    ['a folder without TF.js', [folder], {}, 'has no @tensorflow/tfjs, whose backend this is: run npm ci'],
    ['a wheel that there is not', [ready], { TENSORFLOW_WHEEL: '/absent.whl' }, 'there is no file /absent.whl'],
    ['a wheel that is none', [ready], { TENSORFLOW_WHEEL: notAWheel }, `${notAWheel} is no wheel of TensorFlow`],
  ])('refuses %s, and says so', (_, options, variables, message) => {
    const { status, said } = run(options, variables);
    expect(said).toMatch(/^tfjs-native: /m);
    expect(said).toContain(message);
    expect(status).toBe(1);
  });

  it.each(['make', 'g++', 'python3'])('names %s when it is missing', (tool) => {
    const { status, said } = run([ready], { PATH: without(tool) });
    expect(said).toContain(`${tool} is missing`);
    expect(status).toBe(1);
  });

  it('leaves nothing behind when it fails', () => {
    run([ready], { TENSORFLOW_WHEEL: notAWheel });
    expect(readdirSync(join(ready, 'node_modules'))).toEqual(['@tensorflow']);
    expect(readdirSync(join(ready, 'node_modules', '@tensorflow'))).toEqual(['tfjs']);
  });
});
