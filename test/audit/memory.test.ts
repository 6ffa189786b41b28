import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openMemory } from '../../audit/memory.ts';

const identity = { model: 'a', seed: 1 };
const never = () => Promise.reject(new Error('computed again'));

describe('the memory of an audit', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'memory-'));
    path = join(folder, 'deep', 'state.jsonl');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('gives back what was found, in this sitting and in a later one, NaN included', async () => {
    const value = { list: [1, Number.NaN, 0.25], text: 'NaN', none: null };
    const first = openMemory(path, identity);
    expect(await first.once('part', async () => value)).toEqual(value);
    expect(await first.once('part', never)).toEqual(value);
    expect(await openMemory(path, identity).once('part', never)).toEqual(value);
  });

  it('keeps the batches of an attack apart', () => {
    const { batches } = openMemory(path, identity);
    batches.keep('ES', 1, { 'ES:R': [1, 0] });
    expect(batches.recall('ES', 0)).toBeUndefined();
    expect(batches.recall('LTM', 1)).toBeUndefined();
    expect(openMemory(path, identity).batches.recall('ES', 1)).toEqual({ 'ES:R': [1, 0] });
  });

  it('forgets what another audit has found', async () => {
    await openMemory(path, identity).once('part', async () => 1);
    expect(await openMemory(path, { ...identity, seed: 2 }).once('part', async () => 2)).toBe(2);
    expect(await openMemory(path, identity).once('part', async () => 3)).toBe(3);
  });

  it('loses no more than the line that a kill cut short', async () => {
    await openMemory(path, identity).once('whole', async () => 1);
    appendFileSync(path, '{"key":"cut","val');
    const next = openMemory(path, identity);
    expect(await next.once('cut', async () => 2)).toBe(2);
    const last = openMemory(path, identity);
    expect([await last.once('whole', never), await last.once('cut', never)]).toEqual([1, 2]);
    expect(readFileSync(path, 'utf8').trim().split('\n')).toHaveLength(3);
  });

  it('keeps nothing of what fails', async () => {
    const memory = openMemory(path, identity);
    await expect(memory.once('part', never)).rejects.toThrow('computed again');
    expect(await memory.once('part', async () => 4)).toBe(4);
  });

  it('names the file that cannot be written', () => {
    writeFileSync(join(folder, 'file'), '');
    const inside = join(folder, 'file', 'state.jsonl');
    expect(() => openMemory(inside, identity)).toThrow(`${inside} cannot be written`);
  });
});
