import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { isTensor } from '../../engine/eager.ts';
import { toMermaid } from '../../engine/onnx/mermaid.ts';
import { trace } from '../../engine/tracing/trace.ts';
import type { Tree } from '../../engine/types.ts';

/** The example of engine/README.md. */
function step(inputs: Tree<tf.Tensor>): Tree<tf.Tensor> {
  if (isTensor(inputs)) throw new TypeError('two inputs expected');
  const { x, w } = inputs as Readonly<Record<'x' | 'w', tf.Tensor>>;
  const { value, grad } = tf.valueAndGrad((y: tf.Tensor) => tf.matMul(y, w).relu().sum())(x);
  return { x: x.sub(grad.sign().mul(1 / 255)), value };
}

it('the chart in the readme of the engine is that of its example', () => {
  // As the CPU has it, which has operators on blocks.
  const { graph } = trace(step, { x: [64, 10], w: [10, 3] }, 'step', { block: 8 });
  const readme = readFileSync('engine/README.md', 'utf8');
  const chart = /```mermaid\n(.*?)\n```/s.exec(readme)?.[1];
  expect(chart).toBe(toMermaid(graph));
});
