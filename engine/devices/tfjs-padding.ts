import * as tf from '@tensorflow/tfjs';

/** A kernel over windows of an image (N, H, W, C), and where in its call the image is. */
interface Windowed {
  readonly kernel: string;
  /** The input that is the image. The gradient of a convolution with respect to it has none, and gets `inputShape`. */
  readonly image?: 'x' | 'input';
  /** What stands outside the image. */
  readonly fill: number;
  /** Whether the result has the shape of the image. */
  readonly likeImage: boolean;
}

type Paddings = readonly [before: number, after: number][];

/** The attributes that these kernels share (tfjs-core, kernel_names.ts). */
interface WindowAttrs {
  readonly pad: 'same' | 'valid' | number | Paddings;
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly inputShape?: readonly number[];
}

/** Less than any pixel, so that it is never a maximum, and finite, so that no arithmetic on it gives NaN. */
const LOWEST = -3.4e38;

const convolution = (kernel: string): Windowed[] => [
  { kernel, image: 'x', fill: 0, likeImage: false },
  { kernel: `${kernel}BackpropFilter`, image: 'x', fill: 0, likeImage: false },
  { kernel: `${kernel}BackpropInput`, fill: 0, likeImage: true },
];

const windowed: readonly Windowed[] = [
  ...convolution('Conv2D'),
  ...convolution('DepthwiseConv2dNative'),
  { kernel: 'MaxPool', image: 'x', fill: LOWEST, likeImage: false },
  { kernel: 'MaxPoolGrad', image: 'input', fill: LOWEST, likeImage: true },
];

/** Pixels before and after along each axis; undefined for what the kernel knows itself, or refuses. */
function explicitPaddings({ pad, dataFormat = 'NHWC', dimRoundingMode = 'floor' }: WindowAttrs): Paddings | undefined {
  if (typeof pad === 'string' || pad === 0 || dataFormat !== 'NHWC' || dimRoundingMode !== 'floor') return undefined;
  if (typeof pad !== 'number') return pad;
  return [
    [0, 0],
    [pad, pad],
    [pad, pad],
    [0, 0],
  ];
}

/** What a kernel has computed, as a tensor of which TF.js keeps account. */
function tensorOf(result: tf.TensorInfo | tf.TensorInfo[]): tf.Tensor {
  const info = (Array.isArray(result) ? result[0] : result) as tf.TensorInfo;
  return info instanceof tf.Tensor && 'dispose' in info ? info : tf.engine().makeTensorFromTensorInfo(info);
}

/** The kernel for any padding: the image is padded first, the kernel pads nothing, and a gradient's margin is cut off. */
function padding({ image, fill, likeImage }: Windowed, kernel: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    // TF.js calls kernels with attributes of any type; those of these kernels are known by their names (kernel_names.ts).
    const attrs = call.attrs as unknown as WindowAttrs;
    const paddings = explicitPaddings(attrs);
    if (paddings === undefined) return kernel(call);
    const source = image === undefined ? undefined : (call.inputs[image] as tf.Tensor);
    const shape = source?.shape ?? (attrs.inputShape as number[]);
    const inputs = { ...call.inputs };
    const padded = source && tf.pad(source, [...paddings], fill);
    if (image !== undefined && padded !== undefined) inputs[image] = padded;
    const inputShape = shape.map((size, axis) => {
      const [before, after] = paddings[axis] as Paddings[number];
      return before + size + after;
    });
    const result = tensorOf(kernel({ ...call, inputs, attrs: { ...call.attrs, pad: 'valid', inputShape } }));
    padded?.dispose();
    if (!likeImage) return result;
    const inner = tf.slice(
      result,
      paddings.map(([before]) => before),
      shape,
    );
    result.dispose();
    return inner;
  };
}

/**
 * Teaches a TF.js backend explicit paddings of convolutions and maximum pools, which `tensorflow` refuses, wholly or in the
 * gradient. Average pools are left alone: TF.js counts the pixels inside the image only, which padding first would change.
 */
export function supportExplicitPaddings(backend: string): void {
  for (const entry of windowed) {
    const { kernelFunc, ...rest } = tf.getKernel(entry.kernel, backend);
    tf.unregisterKernel(entry.kernel, backend);
    tf.registerKernel({ ...rest, kernelFunc: padding(entry, kernelFunc) });
  }
}
