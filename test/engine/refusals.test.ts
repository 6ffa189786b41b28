import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { customGradient } from '../../engine/custom-gradient.ts';
import { exportOnnx } from '../../engine/index.ts';

type Fn = (x: tf.Tensor) => tf.Tensor;

/** What compiling the function fails with. */
function failure(fn: Fn, shape: readonly number[] = [2, 3]): unknown {
  try {
    exportOnnx(({ x }: { x: tf.Tensor }) => ({ y: fn(x) }), { x: shape }, 'traced');
  } catch (error) {
    return error;
  }
  return undefined;
}

const unsupported = (...parts: string[]) =>
  expect.objectContaining({
    code: 'OP_UNSUPPORTED',
    message: expect.stringMatching(new RegExp(parts.map((part) => part.replace(/[.()]/g, '\\$&')).join('.*'))),
  });

const reads = (what: string) =>
  expect.objectContaining({
    code: 'TRACE_INVALID',
    message: expect.stringContaining(`traced: the traced function reads a value back (${what})`),
  });

describe('what cannot be compiled', () => {
  it.each<[string, Fn, string[]]>([
    ['unique', (x) => tf.unique(x.flatten()).values, ['Unique', 'called by tf.unique', 'tf.where']],
    ['fft', (x) => tf.real(tf.fft(tf.complex(x, x))), ['Complex', 'called by tf.complex', 'two tensors']],
    [
      'multinomial',
      (x) => tf.multinomial(x as tf.Tensor2D, 2, 1),
      ['Multinomial', 'tf.multinomial', 'seeded generator'],
    ],
    [
      'flipLeftRight',
      (x) => tf.image.flipLeftRight(x as tf.Tensor4D),
      ['FlipLeftRight', 'tf.flipLeftRight', 'tf.reverse'],
    ],
    ['diag', (x) => tf.diag(x.flatten()), ['Diag', 'tf.diag', 'tf.eye']],
    [
      'a convolution of volumes',
      (x) => tf.conv3d(x.reshape([1, 1, 2, 3, 1]) as tf.Tensor5D, tf.ones([1, 1, 1, 1, 1]), 1, 'same'),
      ['Conv3D', 'tf.conv3d', 'volumes'],
    ],
    ['searchSorted', (x) => tf.searchSorted(x, x), ['SearchSorted', 'tf.searchSorted', 'tf.less']],
  ])('is refused with the kernel, the operation that was called and what to do: %s', (name, fn, parts) => {
    const shape = name === 'flipLeftRight' ? [1, 2, 3, 1] : [2, 3];
    expect(failure(fn, shape)).toEqual(unsupported('no lowering for TF.js kernel', ...parts));
  });

  it('names the operation that was called, not the ones inside it', () => {
    expect(failure((x) => tf.signal.stft(x.flatten() as tf.Tensor1D, 2, 1))).toEqual(unsupported('called by tf.stft'));
    const inside: Fn = (x) => tf.tidy(() => tf.grad((y) => tf.diag(y.flatten()))(x));
    expect(failure(inside)).toEqual(unsupported('Diag', 'called by tf.diag'));
  });

  it('says so where a gradient calls it', () => {
    const fn: Fn = (x) =>
      tf.grad((y) => customGradient([y], ([z]) => ({ value: z.mul(1), gradFunc: (dy) => tf.diag(dy.flatten()) })))(x);
    expect(failure(fn)).toEqual(unsupported('Diag', 'called by a gradient (tf.diag)'));
  });

  it.each<[string, Fn]>([
    ['randomUniform', (x) => x.add(tf.randomUniform([2, 3]))],
    ['randomUniform', (x) => x.add(tf.randomUniform([2, 3], 0, 1, 'float32', 7))],
    ['randomNormal', (x) => x.add(tf.randomNormal([2, 3]))],
    ['truncatedNormal', (x) => x.add(tf.truncatedNormal([2, 3]))],
    ['randomGamma', (x) => x.add(tf.randomGamma([2, 3], 1))],
    ['dropout', (x) => tf.dropout(x, 0.5)],
  ])('is a random number that would be drawn once, while compiling: %s', (name, fn) => {
    expect(failure(fn)).toEqual(unsupported(`tf.${name}`, 'would draw once', 'seeded generator'));
  });

  it('is a tensor of texts or of complex numbers', () => {
    expect(failure((x) => tf.tensor1d(['a', 'b']).equal('a').toFloat().sum().add(x))).toEqual(
      unsupported('tensors of string'),
    );
  });

  it('is an activation of a fused product that has no lowering', () => {
    const fn = (x: tf.Tensor): tf.Tensor => tf.fused.matMul({ a: x, b: tf.ones([3, 2]), activation: 'tanh' as 'relu' });
    expect(failure(fn)).toEqual(unsupported('the activation tanh of a fused kernel'));
  });
});

describe('a traced function that asks for values', () => {
  it.each<[string, Fn]>([
    ['tensor.dataSync()', (x) => (x.sum().greater(0).dataSync()[0] ? x : x.neg())],
    ['tensor.arraySync()', (x) => tf.tensor(x.arraySync() as number[][])],
    ['tensor.bufferSync()', (x) => x.bufferSync().toTensor()],
    ['tensor.toString()', (x) => tf.scalar(x.toString().length)],
  ])('is refused, and told how it asked: %s', (what, fn) => {
    expect(failure(fn)).toEqual(reads(what));
  });

  it('is refused where it does not wait for them, and nothing is left unhandled', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): number => unhandled.push(reason);
    process.on('unhandledRejection', note);
    const ask: Fn = (x) => {
      void x.data();
      return x;
    };
    expect(failure(ask)).toMatchObject({ code: 'TRACE_INVALID', message: expect.stringContaining('tensor.data()') });
    const mask: Fn = (x) => {
      void tf.whereAsync(x.greater(0));
      return x;
    };
    expect(failure(mask)).toMatchObject({ code: 'TRACE_INVALID', message: expect.stringContaining('tf.whereAsync') });
    // What the types forbid, a caller in JavaScript may still pass.
    const asynchronous = (async (x: tf.Tensor) => tf.tensor(await x.array())) as unknown as Fn;
    const whole = (): unknown => exportOnnx(({ x }: { x: tf.Tensor }) => asynchronous(x), { x: [2] }, 'traced');
    expect(whole).toThrow(/the function is asynchronous/);
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  it('leaves TF.js as it was', async () => {
    const before = tf.getBackend();
    failure((x) => tf.diag(x.flatten()));
    failure((x) => tf.scalar(x.sum().dataSync()[0] as number));
    expect(tf.getBackend()).toBe(before);
    expect(tf.engine().state.scopeStack).toEqual([]);
    expect([...tf.tensor1d([1, 2]).square().dataSync()]).toEqual([1, 4]);
  });

  it('is refused after its trace too', async () => {
    let kept: tf.Tensor | undefined;
    exportOnnx(
      ({ x }: { x: tf.Tensor }) => {
        kept = tf.keep(x.square());
        return { y: kept };
      },
      { x: [2] },
      'traced',
    );
    await expect(kept?.data()).rejects.toMatchObject({ code: 'TRACE_INVALID' });
    expect(() => kept?.dataSync()).toThrow(/reads a value back/);
  });
});
