import type * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { sizeOf, zeros } from '../../engine/arrays.ts';
import { exportOnnx } from '../../engine/index.ts';
import { lowerings } from '../../engine/lowering/index.ts';
import type { Engine, NdArray } from '../../engine/types.ts';
import { compiled, eager, expectClose } from './agreement.ts';
import { type Edge, edges } from './cases/edges.ts';
import { recordKernels } from './recording.ts';

async function run(engine: Engine, { fn, kernel }: Edge, x: NdArray): Promise<NdArray> {
  const program = await engine.compile(
    ({ x: given }: { x: tf.Tensor }) => ({ y: fn(given) }),
    { x: x.shape },
    { name: kernel },
  );
  const { y } = await program.run({ x });
  await program.release();
  return y;
}

/** Numbers between 0 and 1, and NaN in the second place. */
function withNaN(shape: readonly number[]): NdArray {
  const data = Float32Array.from({ length: sizeOf(shape) }, (_, i) => (i + 1) / (sizeOf(shape) + 1));
  data[1] = NaN;
  return { shape, data };
}

const placesOfNaN = ({ data }: NdArray): number[] => [...data].flatMap((v, i) => (Number.isNaN(v) ? [i] : []));

describe('NaN among the inputs', () => {
  it.each(edges)('$nan: $kernel', async (edge) => {
    const x = withNaN(edge.shape);
    const y = await run(compiled, edge, x);
    const expected = await run(eager, edge, x);
    if (edge.nan === 'undefined') return expect(y.shape).toEqual(expected.shape);
    if (edge.nan === 'ignored') expect(placesOfNaN(y)).toEqual([]);
    else expect(placesOfNaN(y).length).toBeGreaterThan(0);
    if (edge.eager !== undefined) return expect(placesOfNaN(expected).length > 0).toBe(edge.eager === 'propagates');
    if (edge.nan === 'spreads') expect(placesOfNaN(y)).toEqual(expect.arrayContaining(placesOfNaN(expected)));
    else expectClose(y, expected, 2e-5, edge.kernel);
  });
});

describe('tensors without elements', () => {
  it.each(edges)('$nothing: $kernel', async (edge) => {
    const x = zeros(edge.emptyShape);
    if (edge.nothing === 'refused') {
      // What TF.js refuses fails while tracing, what the engine refuses with its code; neither reaches the runtime.
      const { fn, kernel } = edge;
      const traced = (): unknown =>
        exportOnnx(({ x: given }: { x: tf.Tensor }) => ({ y: fn(given) }), { x: x.shape }, kernel);
      return expect(traced).toThrow(/without elements|empty|size|num|must/);
    }
    const y = await run(compiled, edge, x);
    const expected = await run(eager, edge, x);
    if (edge.nothing === 'works') return expectClose(y, expected, 1e-9, edge.kernel);
    expect(y).toEqual({ shape: expected.shape, data: new Float32Array(sizeOf(expected.shape)).fill(edge.nothing) });
  });

  it.each(edges)('computed on the way: $kernel', async (edge) => {
    if (edge.nothing === 'refused') return;
    const later: Edge = { ...edge, fn: (x) => edge.fn(x.add(x)) };
    const x = zeros(edge.emptyShape);
    expect(await run(compiled, later, x)).toEqual(await run(compiled, edge, x));
  });
});

describe('the table of edges', () => {
  it('has a row for every kernel, which calls it', () => {
    const rows = edges.map(({ kernel, fn, shape }) => {
      const called = recordKernels(() => {
        exportOnnx(({ x }: { x: tf.Tensor }) => ({ y: fn(x) }), { x: shape }, kernel);
      });
      return { kernel, called: called.has(kernel) };
    });
    expect(rows.filter(({ called }) => !called)).toEqual([]);
    const listed = new Set(rows.map(({ kernel }) => kernel));
    expect(lowerings.map(({ kernel }) => kernel).filter((kernel) => !listed.has(kernel))).toEqual([]);
  });
});
