import { add, mean, PIXELS, relu, type Sketch } from './sketch.ts';
import type { Modules, TorchNetwork } from './types.ts';

/** Strides of the first blocks of the six stacks. */
const STRIDES = [2, 2, 2, 1, 2, 1];

/** `stack2.block1.expand` as stack 2, block 1 and `expand`. */
function partsOf(name: string): { readonly stack: number; readonly block: number; readonly part: string } {
  const [stack = '', block = '', part = ''] = name.split('.');
  return { stack: Number(stack.slice('stack'.length)), block: Number(block.slice('block'.length)), part };
}

/** torchvision numbers the modules: three stems of (convolution, normalisation, ReLU), six stacks from 8 on, the last at 14. */
function torchvision(name: string): Modules {
  const single: Readonly<Record<string, number>> = {
    stem: 0,
    'separable.depthwise': 3,
    'separable.project': 6,
    last: 14,
  };
  const number = single[name];
  if (number !== undefined) return { layer: `layers.${number}`, norm: `layers.${number + 1}` };
  // The first module of the classifier is its dropout.
  if (name === 'head') return { layer: 'classifier.1' };
  const { stack, block, part } = partsOf(name);
  const at = 3 * ['expand', 'depthwise', 'project'].indexOf(part);
  const prefix = `layers.${7 + stack}.${block - 1}.layers`;
  return { layer: `${prefix}.${at}`, norm: `${prefix}.${at + 1}` };
}

function timm(name: string): Modules {
  if (name === 'stem') return { layer: 'conv_stem', norm: 'bn1' };
  if (name === 'last') return { layer: 'conv_head', norm: 'bn2' };
  if (name === 'head') return { layer: 'classifier' };
  if (name === 'separable.depthwise') return { layer: 'blocks.0.0.conv_dw', norm: 'blocks.0.0.bn1' };
  if (name === 'separable.project') return { layer: 'blocks.0.0.conv_pw', norm: 'blocks.0.0.bn2' };
  const { stack, block, part } = partsOf(name);
  const at = ['expand', 'depthwise', 'project'].indexOf(part);
  const prefix = `blocks.${stack}.${block - 1}`;
  return { layer: `${prefix}.${['conv_pw', 'conv_dw', 'conv_pwl'][at]}`, norm: `${prefix}.bn${at + 1}` };
}

/** RobRank puts one linear layer in the place of torchvision's classifier. */
function robrank(name: string): Modules {
  return name === 'head' ? { layer: 'classifier' } : torchvision(name);
}

function draw(sketch: Sketch): string {
  const chain = (x: string, names: readonly string[], stride: number): string =>
    names.reduce(
      (y, name, at) => sketch.layer(name, at === 0 ? y : relu(y), name.endsWith('.depthwise') ? stride : 1),
      x,
    );
  const stem = relu(sketch.layer('stem', PIXELS, 2));
  let x = chain(stem, ['separable.depthwise', 'separable.project'], 1);
  const names = sketch.layers().filter((name) => name.startsWith('stack'));
  for (let at = 0; at < names.length; at += 3) {
    const path = names.slice(at, at + 3);
    const { stack, block } = partsOf(path[0] ?? '');
    const inner = chain(x, path, block === 1 ? (STRIDES[stack - 1] ?? 1) : 1);
    x = block === 1 ? inner : add(inner, x);
  }
  return sketch.layer('head', mean(relu(sketch.layer('last', x))));
}

export const torchMnasnet: TorchNetwork = {
  backbone: 'mnasnet',
  namings: [
    { library: 'torchvision', modules: torchvision },
    { library: 'timm', modules: timm },
    { library: 'RobRank', modules: robrank },
  ],
  flattened: {},
  classes: 1000,
  draw,
};
