import { backend_util } from '@tensorflow/tfjs';
import { HoldfastError } from '../../base/errors.ts';
import { sizeOf } from '../arrays.ts';
import { ANY_BATCH } from '../tracing/graph.ts';

/** The attributes of TF.js's convolution and pooling kernels. */
export interface ConvAttrs {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number | [[number, number], [number, number], [number, number], [number, number]];
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dilations?: number | [number, number];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

export type Info = backend_util.Conv2DInfo;
type Four = [number, number, number, number];

/** Filters, input and output sizes, paddings: TF.js's own arithmetic (conv_util.ts). */
export function describe(
  input: readonly number[],
  filter: readonly number[],
  attrs: ConvAttrs,
  depthwise = false,
): Info {
  if (attrs.dataFormat === 'NCHW') throw new HoldfastError('OP_UNSUPPORTED', 'convolution of NCHW tensors; use NHWC');
  const info = backend_util.computeConv2DInfo(
    [...input] as Four,
    [...filter] as Four,
    attrs.strides,
    attrs.dilations ?? 1,
    attrs.pad,
    attrs.dimRoundingMode,
    depthwise,
  );
  checkSizes(info, attrs.pad);
  if (info.outHeight < 1 || info.outWidth < 1) {
    const sizes = `${info.filterHeight} x ${info.filterWidth} on an image of ${info.inHeight} x ${info.inWidth}`;
    throw new HoldfastError('OP_UNSUPPORTED', `a filter of ${sizes} has no place to stand`);
  }
  return info;
}

/** TF.js takes a filter for as wide as it is high where the padding is one number; what it then says of the width is wrong. */
function checkSizes(info: Info, pad: ConvAttrs['pad']): void {
  if (typeof pad !== 'number' || info.effectiveFilterHeight === info.effectiveFilterWidth) return;
  throw new HoldfastError(
    'OP_UNSUPPORTED',
    `a filter of ${info.filterHeight} x ${info.filterWidth} with padding ${pad}; give the padding of each side`,
  );
}

/** Multiply-adds of a convolution, which its two gradients share; per image when the batch is open. */
export function workOf(info: Info, groups = 1): number {
  const images = info.batchSize === ANY_BATCH ? 1 : info.batchSize;
  return (images * sizeOf(info.outShape.slice(1)) * info.filterHeight * info.filterWidth * info.inChannels) / groups;
}

/** Kernel, strides, dilations and paddings as ONNX's operators on images take them. */
export function attributesOf(info: Info): Record<string, number[]> {
  const { top, left, bottom, right } = info.padInfo;
  return {
    kernel_shape: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: [top, left, bottom, right],
  };
}

/** Sizes and padding of a convolution along one of the two axes of an image. */
export interface Axis {
  readonly size: number;
  readonly out: number;
  readonly filter: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding before the first row. */
  readonly before: number;
}

/** A convolution's two axes: rows, then columns. */
export function axesOf(info: Info): readonly [Axis, Axis] {
  return [
    {
      size: info.inHeight,
      out: info.outHeight,
      filter: info.filterHeight,
      stride: info.strideHeight,
      dilation: info.dilationHeight,
      before: info.padInfo.top,
    },
    {
      size: info.inWidth,
      out: info.outWidth,
      filter: info.filterWidth,
      stride: info.strideWidth,
      dilation: info.dilationWidth,
      before: info.padInfo.left,
    },
  ];
}
