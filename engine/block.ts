import { encodeModel } from './onnx/model.ts';
import { createSession, RuntimeTensor } from './onnxruntime.ts';

let found: Promise<number> | undefined;

/**
 * How many channels ONNX Runtime puts into a block on this processor: 8 with AVX2, 16 with AVX-512. 1 where its library has no
 * operators on blocked images. Asked of the library once, by handing it four channels and looking at what comes back.
 */
export function channelsPerBlock(): Promise<number> {
  found ??= ask();
  return found;
}

async function ask(): Promise<number> {
  const model = encodeModel({
    name: 'block',
    nodes: [{ domain: 'com.microsoft.nchwc', op: 'ReorderInput', inputs: ['x'], outputs: ['y'], attributes: {} }],
    constants: [],
    inputs: [{ name: 'x', type: 'float32', shape: [1, 4, 1, 1] }],
    outputs: [{ name: 'y', type: 'float32', shape: [1, 'channels', 1, 1] }],
  });
  try {
    const session = await createSession(model, 1);
    const { y } = await session.run({ x: new RuntimeTensor('float32', new Float32Array(4), [1, 4, 1, 1]) });
    await session.release();
    return y?.dims[1] ?? 1;
  } catch {
    return 1;
  }
}
