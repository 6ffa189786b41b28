import { interpolation, type Placement } from '../interpolation.ts';
import type { GraphBuilder } from '../tracing/graph.ts';
import { rowValue, type Value } from '../tracing/value.ts';
import { cast } from './cast.ts';
import { type Lowering, lowering } from './types.ts';

interface ResizeAttrs extends Placement {
  readonly size: readonly [number, number];
}

/**
 * Resizes height, then width, each by one product with the matrix of that axis. ONNX's Resize would want the images
 * channels first, and its places differ from TF.js's in some cases.
 */
function resize(graph: GraphBuilder, images: Value, method: 'bilinear' | 'nearest', attrs: ResizeAttrs): Value {
  const [n, height, width, channels] = images.shape as [number, number, number, number];
  const [newHeight, newWidth] = attrs.size;
  const along = (x: Value, rows: number, from: number, to: number, columns: number): Value => {
    const matrix = graph.constant('float32', [to, from], bytesOf(interpolation(from, to, method, attrs)));
    const stack = graph.row(graph.reshape(x, [rows, from, columns]));
    const name = graph.node('MatMul', [matrix, stack.name], {}, { multiplyAdds: rows * from * to * columns });
    return rowValue(name, 'float32', [rows, to, columns]);
  };
  const tall = along(cast(graph, images, 'float32'), n, height, newHeight, width * channels);
  const wide = along(tall, n * newHeight, width, newWidth, channels);
  return graph.reshape(wide, [n, newHeight, newWidth, channels]);
}

const bytesOf = (numbers: Float32Array): Uint8Array => new Uint8Array(numbers.buffer);

/** Changes of the size of images. */
export const resizes: readonly Lowering[] = [
  lowering<'images', ResizeAttrs>('ResizeBilinear', (graph, { values: { images }, attrs }) =>
    resize(graph, images, 'bilinear', attrs),
  ),
  lowering<'images', ResizeAttrs>('ResizeNearestNeighbor', (graph, { values: { images }, attrs }) =>
    cast(graph, resize(graph, images, 'nearest', attrs), images.type),
  ),
];
