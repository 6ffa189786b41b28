import type { NdArray } from '../../engine/types.ts';
import type { Backbone } from '../types.ts';
import type { Sketch } from './sketch.ts';

/** The PyTorch modules of one layer: `conv1` and, where it is normalised, `bn1`. */
export interface Modules {
  readonly layer: string;
  readonly norm?: string;
}

/** How one library calls the modules of a network. */
export interface Naming {
  readonly library: string;
  /** The modules of a layer by our name for it. */
  modules(layer: string): Modules;
}

/** Sizes of the maps (height, width, channels) that are flattened before a matrix. */
export type Maps = readonly [number, number, number];

/** What is known of a backbone's twin in PyTorch. */
export interface TorchNetwork {
  /** The name of the backbone. */
  readonly backbone: string;
  /** The first is the one that is written. */
  readonly namings: readonly Naming[];
  /** Layers that read flattened maps: PyTorch flattens them with their channels slowest. */
  readonly flattened: Readonly<Record<string, Maps>>;
  /** Outputs of the classifier that stands in the place of the head and is left behind. */
  readonly classes: number;
  /** Goes through the layers in the order of computation; returns the expression of the embedding. */
  draw(sketch: Sketch, backbone: Backbone): string;
}

/** A parameter as PyTorch has it: in its layout, with the name that it has in the file. */
export interface TorchTensor {
  readonly source: string;
  readonly array: NdArray;
}

/** Parameters by our names for them, in PyTorch's layout. Those of the head may be missing. */
export type TorchTensors = Readonly<Record<string, TorchTensor>>;

/** Throws the error for what is wrong with a file. */
export type Refuse = (reason: string) => never;
