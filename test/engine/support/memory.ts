// Compiles, runs and releases programs again and again and prints how much memory the process held on the way:
// node --expose-gc --import tsx test/engine/support/memory.ts COMPILES RUNS [BYTES THAT ARE LEFT AT EACH COMPILATION]
import * as tf from '@tensorflow/tfjs';
import { zeros } from '../../../engine/arrays.ts';
import { createCompiledEngine } from '../../../engine/compiled.ts';
import { loop } from '../../../engine/loop.ts';

const [compiles = 0, runs = 0, left = 0] = process.argv.slice(2).map(Number);
const MARKS = 20;

type Inputs = { readonly x: tf.Tensor; readonly w: tf.Tensor };

/** A few gradient steps on an image and the gradient of a kernel: convolutions, a loop and what lies around them. */
function descend({ x, w }: Inputs) {
  const objective = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
    tf
      .conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, 'same')
      .relu()
      .mean();
  const { state } = loop({
    steps: 3,
    state: { x },
    body: ({ x: image }) => ({ state: { x: image.sub(tf.grad((a: tf.Tensor) => objective(a, w))(image)) } }),
  });
  return { x: state.x, w: tf.grad((b: tf.Tensor) => objective(x, b))(w) };
}

const specs = { x: [2, 16, 16, 8], w: [3, 3, 8, 8] };
const inputs = { x: zeros(specs.x), w: zeros(specs.w) };
const engine = createCompiledEngine(1);

function megabytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss / 2 ** 20;
}

/** Memory after each of `MARKS` equal parts of the work. */
async function measure(count: number, work: () => Promise<void>): Promise<number[]> {
  const marks: number[] = [];
  for (let i = 1; i <= count; i++) {
    await work();
    if (i % (count / MARKS) === 0) marks.push(megabytes());
  }
  return marks;
}

const leaked: Buffer[] = [];
const afterCompiles = await measure(compiles, async () => {
  if (left > 0) leaked.push(Buffer.alloc(left, 1));
  const program = await engine.compile(descend, specs);
  await program.run(inputs);
  await program.release();
});
const program = await engine.compile(descend, specs);
const afterRuns = await measure(runs, async () => void (await program.run(inputs)));
await program.release();
process.stdout.write(JSON.stringify({ afterCompiles, afterRuns, tensors: tf.memory().numTensors }));
