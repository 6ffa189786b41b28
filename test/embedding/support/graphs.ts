import { encodeModel, type OnnxNode, type OnnxTensor } from '../../../engine/onnx/model.ts';
import type { NdArray } from '../../../engine/types.ts';
import type { State } from './torch-state.ts';

/** How the graph of a network is written: with its batch normalisation, or with that folded into the convolutions. */
export interface Style {
  readonly folded: boolean;
  /** Added to the variance; 1e-5 by default. */
  readonly epsilon?: number;
}

/** Writes graphs as PyTorch's exporter does, from a state dict. Nodes can be changed before the file is made. */
export class GraphWriter {
  readonly nodes: OnnxNode[] = [];
  readonly constants: OnnxTensor[] = [];
  private readonly state: State;
  private readonly style: Style;

  constructor(state: State, style: Style) {
    this.state = state;
    this.style = style;
  }

  node(op: string, inputs: readonly string[], attributes: OnnxNode['attributes'] = {}): string {
    const output = `${op}_${this.nodes.length}`;
    this.nodes.push({ op, inputs, outputs: [output], attributes });
    return output;
  }

  relu(x: string): string {
    return this.node('Relu', [x]);
  }

  pool(x: string, size: number, stride: number, pad: number): string {
    return this.node('MaxPool', [x], {
      kernel_shape: [size, size],
      strides: [stride, stride],
      pads: Array(4).fill(pad),
    });
  }

  /** A convolution with the bias that its module has, and the batch normalisation of `norm`. */
  convolution(x: string, module: string, norm: string | undefined, stride = 1, padding?: number): string {
    const weight = this.tensor(`${module}.weight`);
    const [channels = 1, seen, size = 1] = weight.shape;
    const pad = padding ?? (size - 1) / 2;
    const bias = this.state[`${module}.bias`];
    const attributes = {
      kernel_shape: [size, size],
      strides: [stride, stride],
      pads: Array(4).fill(pad),
      dilations: [1, 1],
      group: seen === 1 && channels > 1 && norm !== undefined ? channels : 1,
    };
    const convolve = (kernel: NdArray, offset: NdArray | undefined): string => {
      const inputs = [this.constant(`${module}.weight`, kernel)];
      if (offset !== undefined) inputs.push(this.constant(`${module}.bias`, offset));
      return this.node('Conv', [x, ...inputs], attributes);
    };
    if (norm === undefined) return convolve(weight, bias);
    const parts = ['weight', 'bias', 'running_mean', 'running_var'].map((part) => this.tensor(`${norm}.${part}`));
    const [scale, shift, mean, variance] = parts.map(({ data }) => data) as [Data, Data, Data, Data];
    const { folded, epsilon = 1e-5 } = this.style;
    if (!folded) {
      const names = ['weight', 'bias', 'running_mean', 'running_var'].map((part, i) =>
        this.constant(`${norm}.${part}`, parts[i] as NdArray),
      );
      return this.node('BatchNormalization', [convolve(weight, undefined), ...names], { epsilon: { float: epsilon } });
    }
    const factor = Array.from(scale, (value, i) => value / Math.sqrt((variance[i] as number) + epsilon));
    const inputs = weight.data.length / channels;
    const kernel = (weight.data as Float32Array).map((value, i) => value * (factor[Math.floor(i / inputs)] as number));
    const offset = Float32Array.from(shift, (value, i) => value - (mean[i] as number) * (factor[i] as number));
    return convolve({ shape: weight.shape, data: kernel }, { shape: [channels], data: offset });
  }

  linear(x: string, module: string): string {
    const names = ['weight', 'bias'].map((part) =>
      this.constant(`${module}.${part}`, this.tensor(`${module}.${part}`)),
    );
    return this.node('Gemm', [x, ...names], { alpha: { float: 1 }, beta: { float: 1 }, transB: 1 });
  }

  constant(name: string, { shape, data }: NdArray): string {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const type = data instanceof Int32Array ? 'int32' : 'float32';
    this.constants.push({ name, type, shape, data: bytes });
    return name;
  }

  /** A list of 64-bit integers. */
  sizes(name: string, values: readonly number[]): string {
    const data = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    this.constants.push({ name, type: 'int64', shape: [values.length], data });
    return name;
  }

  /** The file, with symbolic sizes. */
  file(output: string, shape: readonly number[], channels: number): Uint8Array {
    return encodeModel({
      name: 'main_graph',
      nodes: this.nodes,
      constants: this.constants,
      inputs: [{ name: 'input', type: 'float32', shape: ['n', channels, 'h', 'w'] }],
      outputs: [{ name: output, type: 'float32', shape: ['n', ...shape] }],
    });
  }

  private tensor(name: string): NdArray {
    const tensor = this.state[name];
    if (tensor === undefined) throw new RangeError(`no tensor ${name}`);
    return tensor;
  }
}

type Data = NdArray['data'];

/** LeNet with RobRank's names. */
export function lenetGraph(state: State, change: (writer: GraphWriter) => void = () => {}): Uint8Array {
  const g = new GraphWriter(state, { folded: true });
  const first = g.pool(g.convolution('input', '0', undefined, 1, 0), 2, 2, 0);
  const second = g.pool(g.convolution(first, '2', undefined, 1, 0), 2, 2, 0);
  const hidden = g.relu(g.linear(g.node('Flatten', [second], { axis: 1 }), '5'));
  const output = g.linear(hidden, '7');
  change(g);
  return g.file(output, [128], 1);
}

/** ResNet-18 with torchvision's names; the shortcuts stand before the blocks. */
export function resnet18Graph(
  state: State,
  style: Style,
  change: (writer: GraphWriter) => void = () => {},
): Uint8Array {
  const g = new GraphWriter(state, style);
  let x = g.pool(g.relu(g.convolution('input', 'conv1', 'bn1', 2)), 3, 2, 1);
  for (const [stage, block] of [1, 2, 3, 4].flatMap((s) => [0, 1].map((b) => [s, b] as const))) {
    const at = `layer${stage}.${block}`;
    const stride = stage > 1 && block === 0 ? 2 : 1;
    const shortcut = stride === 1 ? x : g.convolution(x, `${at}.downsample.0`, `${at}.downsample.1`, 2);
    const inner = g.relu(g.convolution(x, `${at}.conv1`, `${at}.bn1`, stride));
    x = g.relu(g.node('Add', [g.convolution(inner, `${at}.conv2`, `${at}.bn2`), shortcut]));
  }
  const features = g.node('Flatten', [g.node('GlobalAveragePool', [x])], { axis: 1 });
  const output = g.linear(features, 'fc');
  change(g);
  return g.file(output, [512], 3);
}

/** MNASNet with timm's names. */
export function mnasnetGraph(state: State, style: Style, change: (writer: GraphWriter) => void = () => {}): Uint8Array {
  const g = new GraphWriter(state, style);
  let x = g.relu(g.convolution('input', 'conv_stem', 'bn1', 2));
  x = g.relu(g.convolution(x, 'blocks.0.0.conv_dw', 'blocks.0.0.bn1'));
  x = g.convolution(x, 'blocks.0.0.conv_pw', 'blocks.0.0.bn2');
  for (const [stack, count, strided] of [
    [1, 3, 2],
    [2, 3, 2],
    [3, 3, 2],
    [4, 2, 1],
    [5, 4, 2],
    [6, 1, 1],
  ] as const) {
    for (let block = 0; block < count; block++) {
      const at = `blocks.${stack}.${block}`;
      const wide = g.relu(g.convolution(x, `${at}.conv_pw`, `${at}.bn1`));
      const deep = g.relu(g.convolution(wide, `${at}.conv_dw`, `${at}.bn2`, block === 0 ? strided : 1));
      const narrow = g.convolution(deep, `${at}.conv_pwl`, `${at}.bn3`);
      x = block === 0 ? narrow : g.node('Add', [narrow, x]);
    }
  }
  const last = g.relu(g.convolution(x, 'conv_head', 'bn2'));
  const output = g.linear(g.node('ReduceMean', [last, g.sizes('axes', [2, 3])], { keepdims: 0 }), 'classifier');
  change(g);
  return g.file(output, [512], 3);
}
