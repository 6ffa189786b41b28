import * as blocked from './conv-blocked.ts';
import { filterGradient } from './conv-filter-gradient.ts';
import { type ConvAttrs, describe } from './conv-info.ts';
import { inputGradient } from './conv-input-gradient.ts';
import * as plain from './conv-plain.ts';
import { type Lowering, lowering } from './types.ts';

/** Two-dimensional convolution and its two gradients: on blocked images where device and channels allow it. */
export const convolution: readonly Lowering[] = [
  lowering<'x' | 'filter', ConvAttrs>('Conv2D', (graph, { values: { x, filter }, attrs }) => {
    const info = describe(x.shape, filter.shape, attrs);
    return blocked.convolve(graph, x, filter, info) ?? plain.convolve(graph, x, filter, info);
  }),
  lowering<'dy' | 'filter', ConvAttrs & { inputShape: number[] }>(
    'Conv2DBackpropInput',
    (graph, { values: { dy, filter }, attrs }) => {
      const info = describe(attrs.inputShape, filter.shape, attrs);
      return inputGradient(graph, dy, filter, info) ?? plain.inputGradient(graph, dy, filter, info);
    },
  ),
  lowering<'x' | 'dy', ConvAttrs & { filterShape: number[] }>(
    'Conv2DBackpropFilter',
    (graph, { values: { x, dy }, attrs }) => {
      const info = describe(x.shape, attrs.filterShape, attrs);
      return filterGradient(graph, x, dy, info) ?? plain.filterGradient(graph, x, dy, info);
    },
  ),
];
