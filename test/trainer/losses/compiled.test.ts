import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { createEagerEngine } from '../../../engine/eager.ts';
import type { NdArray } from '../../../engine/types.ts';
import { expectNear } from '../../attack/support/golden.ts';
import { compiled } from '../../engine/agreement.ts';
import { combinations, select, viewOf } from './combinations.ts';

const eager = createEagerEngine();

type Inputs = {
  readonly rows: tf.Tensor;
  readonly selection: Readonly<Record<string, tf.Tensor>>;
  readonly parameters: Readonly<Record<string, tf.Tensor>>;
};

describe('losses, compiled and op by op', () => {
  it.each(combinations)('$name: the same value and gradients', async ({ name, mined }) => {
    const view = viewOf(6, name, mined);
    const selection = select(mined, view);
    const names = Object.keys(mined.parameters);
    const both = ({ rows, selection: given, parameters }: Inputs) => {
      const lossOf = (...[x, ...numbers]: tf.Tensor[]): tf.Scalar => {
        const learnt = Object.fromEntries(names.map((each, i) => [each, numbers[i] as tf.Scalar]));
        return mined.evaluate(x as tf.Tensor2D, given, learnt);
      };
      const { value, grads } = tf.valueAndGrads(lossOf)([rows, ...names.map((each) => parameters[each] as tf.Tensor)]);
      return { value: value as tf.Tensor, grads: Object.fromEntries(grads.map((grad, i) => [`${i}`, grad])) };
    };
    const parameters = Object.fromEntries(
      names.map((each): [string, NdArray] => {
        return [each, { shape: [], data: Float32Array.of(mined.parameters[each]?.initial ?? 0) }];
      }),
    );
    const specs = {
      rows: view.embeddings.shape,
      selection: mined.specs(12),
      parameters: Object.fromEntries(names.map((each) => [each, []])),
    };
    const results: number[][] = [];
    for (const engine of [eager, compiled]) {
      const program = await engine.compile(both, specs, { name });
      const { value, grads } = await program.run({ rows: view.embeddings, selection, parameters });
      results.push([value, ...Object.values(grads)].flatMap(({ data }) => Array.from(data)));
      await program.release();
    }
    const [expected = [], actual = []] = results;
    expectNear(actual, expected, { relative: 1e-3, absolute: 2e-5 });
    expect(expected[0]).not.toBe(0);
    expect(expected.slice(1).some((value) => value !== 0)).toBe(true);
  });
});
