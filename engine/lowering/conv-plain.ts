import type { GraphBuilder } from '../tracing/graph.ts';
import type { Value } from '../tracing/value.ts';
import { attributesOf, axesOf, type Info, workOf } from './conv-info.ts';
import { BEFORE_ALL } from './shape.ts';

/** Every element of images with their channels first, as standard ONNX wants them. */
export const channelsFirst = (graph: GraphBuilder, x: Value): string =>
  graph.expanded(graph.withLayout(x, 'channelsFirst')).name;

/** The result of an operator on channels-first images. */
export function imagesOf(name: string, shape: readonly number[]): Value {
  return { name, type: 'float32', shape, stored: shape, layout: 'channelsFirst' };
}

export function convolve(graph: GraphBuilder, x: Value, filter: Value, info: Info): Value {
  const kernel = graph.node('Transpose', [graph.row(filter).name], { perm: [3, 2, 0, 1] });
  const name = graph.node('Conv', [channelsFirst(graph, x), kernel], attributesOf(info), {
    multiplyAdds: workOf(info),
  });
  return imagesOf(name, info.outShape);
}

/**
 * The gradient with respect to the image. At stride one it is itself a convolution, with the filter turned by half a
 * circle, and runs at a convolution's speed; ONNX Runtime's ConvTranspose reaches about half of that.
 */
export function inputGradient(graph: GraphBuilder, dy: Value, filter: Value, info: Info): Value {
  const image = channelsFirst(graph, dy);
  const weights = graph.row(filter).name;
  const work = { multiplyAdds: workOf(info) };
  if (info.strideHeight === 1 && info.strideWidth === 1) {
    const swapped = graph.node('Transpose', [weights], { perm: [2, 3, 0, 1] });
    const attributes = turnedAttributes(info);
    const cut = cropped(graph, image, attributes);
    const name = graph.node('Conv', [cut.name, turned(graph, swapped, info)], { ...attributes, pads: cut.pads }, work);
    return imagesOf(name, info.inShape);
  }
  const kernel = graph.node('Transpose', [weights], { perm: [3, 2, 0, 1] });
  return imagesOf(graph.node('ConvTranspose', [image, kernel], transposedAttributes(info), work), info.inShape);
}

/** The image without the rows and columns that a negative padding asks to leave out, and the padding that is left. */
export function cropped(
  graph: GraphBuilder,
  image: string,
  { pads = [] }: Readonly<Record<string, readonly number[]>>,
): { name: string; pads: number[] } {
  if (pads.every((amount) => amount >= 0)) return { name: image, pads: [...pads] };
  const [top, left, bottom, right] = pads.map((amount) => Math.min(amount, 0)) as [number, number, number, number];
  const amounts = graph.integers(0, 0, top, left, 0, 0, bottom, right);
  return { name: graph.node('Pad', [image, amounts]), pads: pads.map((amount) => Math.max(amount, 0)) };
}

/** A filter (.., .., height, width) with both spatial axes reversed. */
export function turned(graph: GraphBuilder, filter: string, info: Info): string {
  if (info.filterHeight * info.filterWidth === 1) return filter;
  const backwards = [
    graph.integers(-1, -1),
    graph.integers(BEFORE_ALL, BEFORE_ALL),
    graph.integers(2, 3),
    graph.integers(-1, -1),
  ];
  return graph.node('Slice', [filter, ...backwards]);
}

/** A convolution that takes the gradient at stride one back to the input's size. */
export function turnedAttributes(info: Info): Record<string, number[]> {
  const height = info.dilationHeight * (info.filterHeight - 1);
  const width = info.dilationWidth * (info.filterWidth - 1);
  const { top, left } = info.padInfo;
  // The far side is padded by what is needed to give the input's size back.
  const bottom = info.inHeight - info.outHeight + top;
  const right = info.inWidth - info.outWidth + left;
  return { ...attributesOf(info), pads: [height - top, width - left, bottom, right] };
}

/** A transposed convolution: rows and columns at the far side that no window covered come as output padding. */
export function transposedAttributes(info: Info): Record<string, number[]> {
  const { bottom, right } = info.padInfo;
  const far = axesOf(info).map(
    ({ size, out, filter, stride, dilation, before }, i) =>
      size + before + (i === 0 ? bottom : right) - ((out - 1) * stride + dilation * (filter - 1) + 1),
  );
  return { ...attributesOf(info), output_padding: far };
}

/**
 * The gradient with respect to the filter: for each place (i, j) of the filter one matrix product, over all images and
 * output pixels, of the input pixels that this place met with the gradient. ONNX Runtime's Conv with the roles exchanged
 * reaches a third of this speed, because its kernel is then as large as the image.
 */
export function filterGradient(graph: GraphBuilder, x: Value, dy: Value, info: Info): Value {
  const perPlace = { multiplyAdds: workOf(info) / (info.filterHeight * info.filterWidth) };
  // With few pixels and many channels the rows of the channels-last matrix are long, and it wins.
  const wide = info.outHeight * info.outWidth <= 64 && info.inChannels >= 32;
  const places: string[] = [];
  const image = padded(graph, x, info, wide);
  const gradient = flattened(graph, dy, wide);
  for (let i = 0; i < info.filterHeight; i++) {
    for (let j = 0; j < info.filterWidth; j++) {
      const patch = window(graph, image, info, i, j, wide);
      places.push(graph.node('Gemm', [patch, gradient], wide ? { transA: 1 } : { transB: 1 }, perPlace));
    }
  }
  const joined = places.length === 1 ? (places[0] as string) : graph.node('Concat', places, { axis: 0 });
  const shape = info.filterShape;
  return { name: graph.reshaped(joined, shape), type: 'float32', shape, stored: shape, layout: 'row' };
}

/** The input with its padding: N, H, W, C when `wide`, else C, N, H, W. */
function padded(graph: GraphBuilder, x: Value, info: Info, wide: boolean): string {
  const { top, left, bottom, right } = info.padInfo;
  const source = wide ? graph.row(x).name : graph.node('Transpose', [channelsFirst(graph, x)], { perm: [1, 0, 2, 3] });
  if (top + left + bottom + right === 0) return source;
  const amounts = wide ? [0, top, left, 0, 0, bottom, right, 0] : [0, 0, top, left, 0, 0, bottom, right];
  return graph.node('Pad', [source, graph.integers(...amounts)]);
}

/** The gradient as a matrix: pixels x channels when `wide`, else channels x pixels. */
function flattened(graph: GraphBuilder, dy: Value, wide: boolean): string {
  const channels = dy.shape[3] as number;
  if (wide) return graph.reshaped(graph.row(dy).name, [-1, channels]);
  const source = graph.node('Transpose', [channelsFirst(graph, dy)], { perm: [1, 0, 2, 3] });
  return graph.reshaped(source, [channels, -1]);
}

/** The input pixels that place (i, j) of the filter met, as a matrix like `flattened`'s. */
function window(graph: GraphBuilder, image: string, info: Info, i: number, j: number, wide: boolean): string {
  const [row, column] = [i * info.dilationHeight, j * info.dilationWidth];
  const [height, width] = [info.strideHeight, info.strideWidth];
  const patch = graph.node('Slice', [
    image,
    graph.integers(row, column),
    graph.integers(row + height * (info.outHeight - 1) + 1, column + width * (info.outWidth - 1) + 1),
    wide ? graph.integers(1, 2) : graph.integers(2, 3),
    graph.integers(height, width),
  ]);
  return graph.reshaped(patch, wide ? [-1, info.inChannels] : [info.inChannels, -1]);
}
