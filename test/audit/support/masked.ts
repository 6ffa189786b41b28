import type * as tf from '@tensorflow/tfjs';
import type { Backbone } from '../../../embedding/types.ts';
import { customGradient } from '../../../engine/custom-gradient.ts';

type Layer = (images: tf.Tensor) => tf.Tensor;

/** A network behind a layer that its pictures pass first. */
function behind(backbone: Backbone, name: string, layer: Layer): Backbone {
  return {
    ...backbone,
    name: `${backbone.name}-${name}`,
    forward: (weights, images) => backbone.forward(weights, layer(images) as tf.Tensor4D),
  };
}

/** The same embeddings to the bit, and a gradient that is multiplied by zero. */
export function withoutSlope(backbone: Backbone): Backbone {
  return behind(backbone, 'without-slope', (images) =>
    customGradient([images], ([x]) => ({ value: x.clone(), gradFunc: (dy) => dy.mul(0) })),
  );
}

/** Pictures in so many levels: almost the same embeddings, and a staircase has no slope. */
export function quantised(backbone: Backbone, levels: number): Backbone {
  return behind(backbone, 'quantised', (images) =>
    images
      .mul(levels - 1)
      .round()
      .div(levels - 1),
  );
}

/** The sign of the gradient turned round: many steps lead uphill, and farther the more there are. */
export function misled(backbone: Backbone): Backbone {
  return behind(backbone, 'misled', (images) =>
    customGradient([images], ([x]) => ({ value: x.clone(), gradFunc: (dy) => dy.neg() })),
  );
}

/** Each picture less the mean of its batch: an embedding depends on who comes along. */
export function sociable(backbone: Backbone): Backbone {
  return behind(backbone, 'sociable', (images) => images.sub(images.mean(0, true).mul(0.5)));
}
