import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { sizeOf } from '../../engine/arrays.ts';
import { createCompiledEngine } from '../../engine/compiled.ts';
import { compiled, device, expectAgreement, expectClose, randomArray } from './agreement.ts';
import { indexingCases, scatterCases } from './cases/indexing.ts';
import { sortingCases } from './cases/sorting.ts';
import { smallShape, smooth } from './drawing.ts';
import { expectSlopes } from './slopes.ts';

const cases = [...indexingCases, ...scatterCases, ...sortingCases];

/** Whole numbers below a bound, of a shape. */
function places(shape: readonly number[], bound: number, seed: string): tf.Tensor {
  const random = createRandom(seed);
  return tf.tensor(
    Int32Array.from({ length: sizeOf(shape) }, () => random.integer(bound)),
    [...shape],
  );
}

describe('the lowerings that find, sort and place elements', () => {
  it.each(cases)('agree with eager TF.js in value and gradient: $name', (test) => expectAgreement(test));

  it.each(smooth(cases))('have the slope that differences show: $name', expectSlopes);

  it('gather along any axis, in any batches', async () => {
    const drawn = smallShape(1, 4).chain((shape) =>
      fc.integer({ min: 0, max: shape.length - 1 }).chain((axis) =>
        fc.record({
          shape: fc.constant(shape),
          axis: fc.constantFrom(axis, axis - shape.length),
          batchDims: fc.integer({ min: 0, max: axis }),
          rest: smallShape(0, 2),
        }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(drawn, ({ shape, axis, batchDims, rest }) => {
        const name = `gather of [${shape}] along ${axis} in ${batchDims} batch axes by [${rest}]`;
        const indices = [...shape.slice(0, batchDims), ...rest];
        return expectAgreement({
          name,
          shapes: [shape],
          fn: (x) => tf.gather(x.square(), places(indices, shape.at(axis) as number, name), axis, batchDims),
        });
      }),
      { numRuns: 50, seed: 15 },
    );
  });

  it('gather and scatter by places of any depth', async () => {
    const drawn = smallShape(1, 4).chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        depth: fc.integer({ min: 1, max: shape.length }),
        list: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 2 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(drawn, ({ shape, depth, list }) => {
        const name = `places of depth ${depth} in [${shape}], [${list}] of them`;
        const bounds = shape.slice(0, depth);
        const at = (): tf.Tensor =>
          tf.stack(
            bounds.map((bound, axis) => places(list, bound, `${name}/${axis}`)),
            -1,
          );
        return expectAgreement({
          name,
          shapes: [shape],
          fn: (x) => {
            const found = tf.gatherND(x.square(), at());
            return tf.scatterND(at(), found, shape).add(x);
          },
        });
      }),
      { numRuns: 30, seed: 16 },
    );
  });

  it('add up any number of rows in any number of segments', async () => {
    const drawn = fc.record({
      rows: fc.integer({ min: 1, max: 9 }),
      rest: smallShape(0, 3),
      segments: fc.constantFrom(1, 3, 10, 400),
    });
    await fc.assert(
      fc.asyncProperty(drawn, ({ rows, rest, segments }) => {
        const name = `${rows} rows of [${rest}] in ${segments} segments`;
        return expectAgreement({
          name,
          shapes: [[rows, ...rest]],
          fn: (x) => tf.unsortedSegmentSum(x.square(), places([rows], segments, name) as tf.Tensor1D, segments),
        });
      }),
      { numRuns: 30, seed: 17 },
    );
  });

  it('sort any rows', async () => {
    const drawn = smallShape(1, 3).chain((shape) =>
      fc.record({ shape: fc.constant(shape), k: fc.integer({ min: 1, max: shape.at(-1) as number }) }),
    );
    await fc.assert(
      fc.asyncProperty(drawn, ({ shape, k }) =>
        expectAgreement({
          name: `topk ${k} of [${shape}]`,
          shapes: [shape],
          fn: (x) => tf.topk(x.square(), k).values.mul(tf.range(1, k + 1)),
        }),
      ),
      { numRuns: 20, seed: 18 },
    );
  });

  it('add up in the same order in every run, on several threads', async () => {
    const engine = createCompiledEngine(4);
    const [rows, width] = [20_000, 16];
    for (const segments of [5, 2000]) {
      const ids = places([rows], segments, 'ids') as tf.Tensor1D;
      const numbers = { shape: [rows], data: Int32Array.from(ids.dataSync()) };
      const program = await engine.compile(
        ({ x, at }: Record<'x' | 'at', tf.Tensor>) => ({ y: tf.unsortedSegmentSum(x, at as tf.Tensor1D, segments) }),
        { x: [rows, width], at: numbers },
      );
      const x = randomArray([rows, width], 'x');
      const { y: first } = await program.run({ x });
      for (let run = 0; run < 5; run++) expect((await program.run({ x })).y.data).toEqual(first.data);
      const sums = new Float64Array(segments * width);
      for (let i = 0; i < x.data.length; i++) {
        const place = (numbers.data[Math.floor(i / width)] as number) * width + (i % width);
        sums[place] = (sums[place] as number) + (x.data[i] as number);
      }
      expectClose(first, { shape: [segments, width], data: Float32Array.from(sums) }, 1e-5, 'sums');
      await program.release();
    }
  });

  // A GPU gives zeros there.
  it.runIf(device === 'cpu')('fail while running where an index is outside', async () => {
    const program = await compiled.compile(({ x, at }: Record<'x' | 'at', tf.Tensor>) => ({ y: x.gather(at) }), {
      x: [4, 2],
      at: { shape: [1], dtype: 'int32' },
    });
    await expect(
      program.run({ x: randomArray([4, 2], 'x'), at: { shape: [1], data: Int32Array.of(4) } }),
    ).rejects.toThrow(/indices element out of data bounds/);
    await program.release();
  });
});
