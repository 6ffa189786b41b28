import type * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compiled, device, expectAgreement } from './agreement.ts';
import { unaryCases, unaryEntries } from './cases/unary.ts';
import { smallShape, smooth } from './drawing.ts';
import { expectSlopes } from './slopes.ts';

describe('the lowerings of functions of one element', () => {
  it.each(unaryCases)('agree with eager TF.js in value and gradient: $name', (test) => expectAgreement(test));

  it.each(smooth(unaryCases))('have the slope that differences show: $name', expectSlopes);

  it('agree for any shape', async () => {
    const drawn = fc.record({ name: fc.constantFrom(...Object.keys(unaryEntries)), shape: smallShape() });
    await fc.assert(
      fc.asyncProperty(drawn, ({ name, shape }) => {
        const entry = unaryEntries[name];
        if (entry === undefined) throw new Error(name);
        return expectAgreement({ ...entry, name, shapes: [shape] });
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  // A GPU's elementary functions are approximations.
  it.runIf(device === 'cpu')('keep small numbers where the plain formula would lose them', async () => {
    const tiny = [1e-9, -1e-9, 1e-6, -3e-5, 0, 1e-3];
    const program = await compiled.compile(({ x }: { x: tf.Tensor }) => ({ log1p: x.log1p(), expm1: x.expm1() }), {
      x: [tiny.length],
    });
    const { log1p, expm1 } = await program.run({ x: { shape: [tiny.length], data: Float32Array.from(tiny) } });
    for (const [i, x] of tiny.entries()) {
      expect(Math.abs((log1p.data[i] as number) - Math.log1p(x))).toBeLessThanOrEqual(3e-7 * Math.abs(x));
      expect(Math.abs((expm1.data[i] as number) - Math.expm1(x))).toBeLessThanOrEqual(3e-7 * Math.abs(x));
    }
    await program.release();
  });

  // A GPU's elementary functions are approximations.
  it.runIf(device === 'cpu')('give what the limits are at infinity', async () => {
    const far = [Infinity, -Infinity, 100, -100, -1];
    const program = await compiled.compile(({ x }: { x: tf.Tensor }) => ({ log1p: x.log1p(), expm1: x.expm1() }), {
      x: [far.length],
    });
    const { log1p, expm1 } = await program.run({ x: { shape: [far.length], data: Float32Array.from(far) } });
    expect([...log1p.data]).toEqual([Infinity, NaN, Math.fround(Math.log1p(100)), NaN, -Infinity]);
    expect([...expm1.data]).toEqual([Infinity, -1, Infinity, -1, expect.closeTo(Math.expm1(-1), 6)]);
    await program.release();
  });

  it('round halves to the even neighbour', async () => {
    const halves = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.4999998];
    const program = await compiled.compile(({ x }: { x: tf.Tensor }) => ({ y: x.round() }), {
      x: [halves.length],
    });
    const { y } = await program.run({ x: { shape: [halves.length], data: Float32Array.from(halves) } });
    expect([...y.data].map((v) => v + 0)).toEqual([-2, -2, 0, 0, 2, 2, 2]);
    await program.release();
  });
});
