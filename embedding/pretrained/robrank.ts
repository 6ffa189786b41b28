import { maxPool, PIXELS, relu } from './sketch.ts';
import type { Naming, TorchNetwork } from './types.ts';

/** Layers under names of their own, in the order conv1, conv2, hidden, head. */
function naming(library: string, names: readonly [string, string, string, string]): Naming {
  return {
    library,
    modules: (layer) => ({ layer: names[['conv1', 'conv2', 'hidden', 'head'].indexOf(layer)] ?? layer }),
  };
}

const CLASSIFIER = naming('RobRank (classifier)', ['conv1', 'conv2', 'fc1', 'fc2']);

/** RobRank's network for retrieval is a sequence of modules, counted with those that have no parameters. */
export const torchC2f2: TorchNetwork = {
  backbone: 'c2f2',
  namings: [naming('RobRank', ['0', '3', '7', '9']), CLASSIFIER],
  flattened: { hidden: [7, 7, 64] },
  classes: 10,
  draw(sketch) {
    const block = (name: string, x: string): string => maxPool(relu(sketch.layer(name, x)), 2, 2, 0);
    return sketch.layer('head', relu(sketch.layer('hidden', block('conv2', block('conv1', PIXELS)))));
  },
};

/** Its convolutions are not padded and have no ReLU. */
export const torchLenet: TorchNetwork = {
  backbone: 'lenet',
  namings: [naming('RobRank', ['0', '2', '5', '7']), CLASSIFIER],
  flattened: { hidden: [4, 4, 50] },
  classes: 10,
  draw(sketch) {
    const block = (name: string, x: string): string => maxPool(sketch.layer(name, x, 1, 0), 2, 2, 0);
    return sketch.layer('head', relu(sketch.layer('hidden', block('conv2', block('conv1', PIXELS)))));
  },
};
