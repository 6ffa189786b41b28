import { join } from 'node:path';
import { createRandom } from '../../../base/random.ts';
import { compact } from '../../../embedding/backbones/compact.ts';
import { encodeSafetensors } from '../../../embedding/safetensors.ts';
import { exportServingModel } from '../../../embedding/serving.ts';
import type { ModelManifest } from '../../../embedding/types.ts';
import { writeModelVersion } from '../../../embedding/write-version.ts';
import type { ModelService } from '../../../server/model/types.ts';

/** Writes a model version with random weights into `folder`. */
export function writeTestModel(
  folder: string,
  version = 'test-1',
  backbone = compact,
  preprocessing = testManifest().preprocessing,
): ModelManifest {
  const weights = backbone.init(createRandom(`weights/${version}`));
  const { files: _files, ...manifest } = testManifest(version, backbone.dimension);
  const card = { ...manifest, backbone: backbone.name, preprocessing };
  return writeModelVersion(join(folder, version), card, {
    'weights.safetensors': encodeSafetensors({ tensors: weights, metadata: {} }),
    'model.onnx': exportServingModel(backbone, weights),
  });
}

export function testManifest(version = 'test-1', dimension = 8): ModelManifest {
  return {
    format: 1,
    version,
    backbone: 'compact',
    dimension,
    preprocessing: { size: 32, fit: 'contain', kernel: 'linear' },
    files: {},
    training: {},
    metrics: {},
    calibration: { shiftPerLevel: 0.02 },
  };
}

/** A model without a thread: the mean colours of eight parts of a picture, at unit length. */
export function fakeModel(overrides: Partial<ModelService> = {}): ModelService {
  const embedOne = (pixels: Uint8Array): Float32Array => {
    const part = pixels.length / 8;
    const means = Float32Array.from({ length: 8 }, (_, i) =>
      pixels.subarray(i * part, (i + 1) * part).reduce((sum, value, j) => sum + value * (1 + (j % 3)), 1),
    );
    const length = Math.hypot(...means);
    return means.map((value) => value / length);
  };
  return {
    embed: async (pixels) => pixels.map(embedOne),
    // Two levels lead past every challenger.
    pushes: async (_pixels, directions) =>
      directions.map((direction) => ({ epsilon: 2, embedding: direction.map((value) => -value) })),
    // Every pixel goes down by a step, within the ball.
    attackStep: async (_attack, { images, clean, epsilon, stepSize }) => ({
      images: {
        shape: images.shape,
        data: Float32Array.from(images.data, (value, i) =>
          Math.max(0, (clean.data[i] ?? 0) - epsilon, value - stepSize),
        ),
      },
      values: { shape: [1], data: Float32Array.of(1) },
    }),
    warmUp: async () => [],
    waiting: () => ({ search: 0, probe: 0 }),
    failed: new Promise(() => {}),
    close: async () => {},
    ...overrides,
  };
}
