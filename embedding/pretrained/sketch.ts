import type { Backbone } from '../types.ts';

/** Where a layer stands: the expression of what it reads, and how it moves over it. */
export interface Place {
  readonly input: string;
  readonly stride: number;
  /** Zeros on each side. */
  readonly pad: number;
}

/** The expression of the input of a network. */
export const PIXELS = 'pixels';

/**
 * Expressions of what a network computes, by which a graph is recognised whatever its names and the order of its nodes:
 * the output of a layer is the layer's name, with its batch normalisation if it has one.
 */
export const relu = (x: string): string => `relu(${x})`;
export const add = (x: string, y: string): string => `add(${[x, y].sort().join(', ')})`;
/** Over height and width. */
export const mean = (x: string): string => `mean(${x})`;
/** @param size side of the window. @param pad on each side. */
export const maxPool = (x: string, size: number, stride: number, pad: number): string =>
  `maxPool${size}/${stride}+${pad}(${x})`;

/** Notes the places of a backbone's layers as they are named. */
export class Sketch {
  readonly places = new Map<string, Place>();
  private readonly parameters: Backbone['parameters'];

  constructor({ parameters }: Pick<Backbone, 'parameters'>) {
    this.parameters = parameters;
  }

  /** A layer of parameters on x. @param pad half of the kernel, rounded down, unless given. */
  layer(name: string, x: string, stride = 1, pad = this.kernelSize(name) >> 1): string {
    this.places.set(name, { input: x, stride, pad });
    return name;
  }

  /** The side of the layer's kernel; 1 for a matrix. */
  kernelSize(name: string): number {
    const shape = this.parameters[`${name}.kernel`] ?? [];
    return shape.length === 4 ? (shape[0] ?? 1) : 1;
  }

  /** The names of the layers, in the order of the parameters. */
  layers(): string[] {
    return layersOf(this.parameters);
  }
}

/** The names of layers among those of parameters, each once, in their order. */
export function layersOf(parameters: Backbone['parameters']): string[] {
  return [...new Set(Object.keys(parameters).map((name) => name.slice(0, name.lastIndexOf('.'))))];
}
