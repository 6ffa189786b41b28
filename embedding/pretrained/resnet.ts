import { add, maxPool, mean, PIXELS, relu, type Sketch } from './sketch.ts';
import type { Modules, TorchNetwork } from './types.ts';

const PLACES = ['first', 'second', 'third'];

/** torchvision's names, which timm and RobRank share: `stage2.block1.first` is `layer2.0.conv1` and `layer2.0.bn1`. */
function modules(name: string): Modules {
  if (name === 'stem') return { layer: 'conv1', norm: 'bn1' };
  if (name === 'head') return { layer: 'fc' };
  const [stage = '', block = '', part = ''] = name.split('.');
  const prefix = `layer${stage.slice('stage'.length)}.${Number(block.slice('block'.length)) - 1}`;
  if (part === 'shortcut') return { layer: `${prefix}.downsample.0`, norm: `${prefix}.downsample.1` };
  const place = PLACES.indexOf(part) + 1;
  return { layer: `${prefix}.conv${place}`, norm: `${prefix}.bn${place}` };
}

/** Layers of residual blocks, the shortcut among them, by the name of the block. */
function blocksOf(layers: readonly string[]): Map<string, string[]> {
  const blocks = new Map<string, string[]>();
  for (const layer of layers.filter((name) => name.startsWith('stage'))) {
    const block = layer.slice(0, layer.lastIndexOf('.'));
    blocks.set(block, [...(blocks.get(block) ?? []), layer]);
  }
  return blocks;
}

function draw(sketch: Sketch): string {
  let x = maxPool(relu(sketch.layer('stem', PIXELS, 2)), 3, 2, 1);
  for (const [block, names] of blocksOf(sketch.layers())) {
    const stride = block.endsWith('.block1') && block !== 'stage1.block1' ? 2 : 1;
    const shortcut = names.find((name) => name.endsWith('.shortcut'));
    const path = names.filter((name) => name !== shortcut);
    // The stride lies on the first 3x3 convolution.
    const striding = path.find((name) => sketch.kernelSize(name) === 3);
    const inner = path.reduce(
      (y, name, at) => sketch.layer(name, at === 0 ? y : relu(y), name === striding ? stride : 1),
      x,
    );
    x = relu(add(inner, shortcut === undefined ? x : sketch.layer(shortcut, x, stride)));
  }
  return sketch.layer('head', mean(x));
}

function resnet(backbone: string): TorchNetwork {
  return { backbone, namings: [{ library: 'torchvision', modules }], flattened: {}, classes: 1000, draw };
}

export const torchResnet18 = resnet('resnet18');
export const torchResnet50 = resnet('resnet50');
