import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { backbones } from '../../../embedding/backbones/index.ts';
import { importWeights } from '../../../embedding/pretrained/index.ts';
import type { Backbone } from '../../../embedding/types.ts';
import { sizeOf } from '../../../engine/arrays.ts';
import { createCompiledEngine } from '../../../engine/compiled.ts';
import type { OnnxNode } from '../../../engine/onnx/model.ts';
import type { NdArray } from '../../../engine/types.ts';
import { expectEmbeddings, expectRows, expectSameBytes } from '../support/embeddings.ts';
import { type GraphWriter, lenetGraph, mnasnetGraph, resnet18Graph, type Style } from '../support/graphs.ts';
import { changed, fileOf, imagesOf, referenceOf, stateOf, type TorchReference } from '../support/torch-state.ts';

const engine = createCompiledEngine(2);
const [lenet, mnasnet, resnet18] = [backbones.lenet, backbones.mnasnet, backbones.resnet18] as [
  Backbone,
  Backbone,
  Backbone,
];
const lenetReference = referenceOf('lenet', 'RobRank');
const mnasnetReference = referenceOf('mnasnet', 'timm');
const lenetState = stateOf(lenetReference);
const mnasnetState = stateOf(mnasnetReference);
const random = createRandom('head');
const refused = (message: string) =>
  expect.objectContaining({ code: 'PRETRAINED_UNUSABLE', message: expect.stringContaining(message) });

/** What ONNX Runtime gives for a file: the test's graphs are the networks that they stand for. */
async function expectSameNetwork(file: Uint8Array, reference: TorchReference, channels: 1 | 3): Promise<void> {
  const { shape, data } = imagesOf(reference, channels);
  const [mean, deviation] =
    channels === 3
      ? [
          [0.485, 0.456, 0.406],
          [0.229, 0.224, 0.225],
        ]
      : [[0], [1]];
  const area = reference.size ** 2;
  const pixels = Float32Array.from(data, (_, i) => {
    const [image, channel, place] = [Math.floor(i / (channels * area)), Math.floor(i / area) % channels, i % area];
    const value = data[(image * area + place) * channels + channel] as number;
    return (value - (mean[channel] as number)) / (deviation[channel] as number);
  });
  const session = await InferenceSession.create(file, { intraOpNumThreads: 2 });
  const input = new Tensor('float32', pixels, [shape[0] as number, channels, reference.size, reference.size]);
  const result = Object.values(await session.run({ input }))[0];
  await session.release();
  expectRows(result?.data as Float32Array, reference);
}

describe('ONNX files', () => {
  const folded: Style = { folded: true };
  const unfolded: Style = { folded: false };

  it.each([
    ['lenet', lenet, lenetReference, () => lenetGraph(lenetState), 0],
    ['mnasnet, normalised', mnasnet, mnasnetReference, () => mnasnetGraph(mnasnetState, unfolded), 0],
    ['mnasnet, folded', mnasnet, mnasnetReference, () => mnasnetGraph(mnasnetState, folded), 52],
  ] as const)(
    '%s: the embeddings of PyTorch',
    async (_, backbone, reference, write, layers) => {
      const file = write();
      await expectSameNetwork(file, reference, backbone.channels);
      const imported = importWeights(file, backbone, random);
      expect(imported).toMatchObject({ format: 'onnx', missingHead: false, ignored: [] });
      expect(imported.folded.length).toBe(layers);
      await expectEmbeddings(engine, backbone, imported.weights, reference);
    },
    300_000,
  );

  it('resnet18, its shortcuts before its blocks: every layer is found', () => {
    const tensors = Object.entries(referenceOf('resnet18', 'torchvision').tensors);
    const state = Object.fromEntries(
      tensors.map(([name, shape], k) => [name, { shape, data: new Float32Array(sizeOf(shape)).fill(k + 1) }]),
    );
    const { weights, folded } = importWeights(resnet18Graph(state, unfolded), resnet18, random);
    expect(folded).toEqual([]);
    expectSameBytes(weights, importWeights(fileOf(state), resnet18, random).weights);
  });

  it('with another epsilon are the same function', async () => {
    // Variances less than by this much more than the usual epsilon, which is in the graph instead.
    const epsilon = 0.01;
    const smaller = Object.entries(mnasnetState).flatMap(([name, { shape, data }]) =>
      name.endsWith('running_var') ? [[name, { shape, data: data.map((v) => v + 1e-5 - epsilon) }] as const] : [],
    );
    const state = changed(mnasnetState, Object.fromEntries(smaller));
    const { weights } = importWeights(mnasnetGraph(state, { folded: false, epsilon }), mnasnet, random);
    await expectEmbeddings(engine, mnasnet, weights, mnasnetReference);
  });

  it('lose a classifier, and get a fresh head', () => {
    const shape = [10, 500];
    const classifier = {
      '7.weight': { shape, data: new Float32Array(5000) },
      '7.bias': { shape: [10], data: new Float32Array(10) },
    };
    const imported = importWeights(lenetGraph(changed(lenetState, classifier)), lenet, random);
    expect(imported).toMatchObject({ missingHead: true, ignored: ['7.weight', '7.bias'] });
    expectSameBytes(imported.weights, {
      ...imported.weights,
      'head.kernel': lenet.init(random)['head.kernel'] as NdArray,
    });
  });

  const alter = (op: string, change: (node: OnnxNode) => OnnxNode) => (writer: GraphWriter) => {
    const at = writer.nodes.findIndex((node) => node.op === op);
    writer.nodes[at] = change(writer.nodes[at] as OnnxNode);
  };
  const attribute = (op: string, attributes: OnnxNode['attributes']) =>
    alter(op, (node) => ({ ...node, attributes: { ...node.attributes, ...attributes } }));

  it('a matrix with its bias added by a node of its own is read, and the constants of nodes', () => {
    const plain = importWeights(lenetGraph(lenetState), lenet, random).weights;
    const file = lenetGraph(lenetState, (writer) => {
      const at = writer.nodes.findIndex(({ op }) => op === 'Gemm');
      const { inputs, outputs } = writer.nodes[at] as OnnxNode;
      const { shape, data } = lenetState['5.weight'] as { shape: number[]; data: Float32Array };
      const [rows = 0, columns = 0] = shape;
      const turned = data.map((_, i) => data[(i % rows) * columns + Math.floor(i / rows)] as number);
      writer.constants.splice(
        writer.constants.findIndex(({ name }) => name === '5.weight'),
        1,
      );
      const matrix = writer.constant('turned', { shape: [columns, rows], data: turned });
      writer.nodes.splice(
        at,
        1,
        { op: 'Identity', inputs: [matrix], outputs: ['same'], attributes: {} },
        { op: 'MatMul', inputs: [inputs[0] as string, 'same'], outputs: ['product'], attributes: {} },
        { op: 'Add', inputs: ['5.bias', 'product'], outputs, attributes: {} },
      );
    });
    expectSameBytes(importWeights(file, lenet, random).weights, plain);
  });

  it.each([
    ['a stride', attribute('Conv', { strides: [2, 2] }), 'no layer like Conv'],
    ['unlike strides', attribute('Conv', { strides: [1, 2] }), 'strides [1,2]'],
    ['padding', attribute('Conv', { pads: [2, 2, 2, 2] }), 'no layer like Conv'],
    ['dilation', attribute('Conv', { dilations: [2, 2] }), 'dilations'],
    ['groups', attribute('Conv', { group: 4 }), 'group 4'],
    ['padding by rule', attribute('Conv', { auto_pad: 'SAME_UPPER' }), 'auto_pad'],
    ['a factor', attribute('Gemm', { alpha: { float: 0.5 } }), 'alpha 0.5'],
    ['windows', attribute('MaxPool', { kernel_shape: [3, 3] }), 'no layer like Conv'],
    ['rounding up', attribute('MaxPool', { ceil_mode: 1 }), 'ceil_mode'],
    ['a node of another kind', alter('Relu', (node) => ({ ...node, op: 'Sigmoid' })), 'no place for Sigmoid'],
    [
      'a node of another domain',
      alter('Relu', (node) => ({ ...node, domain: 'com.microsoft.nchwc' })),
      'no place for Relu',
    ],
    ['a node left out', alter('Relu', (node) => ({ ...node, op: 'Identity' })), 'no layer like Gemm'],
    ['a weight that is not there', alter('Conv', (node) => ({ ...node, inputs: ['input', 'x'] })), '"x" of Conv'],
    [
      'a weight without a place',
      (writer: GraphWriter) => writer.constant('spare', { shape: [1], data: Float32Array.of(1) }),
      'no place for "spare"',
    ],
    ['half of its nodes', (writer: GraphWriter) => writer.nodes.splice(3), 'lacks layers'],
  ] as const)('are refused for %s', (_, change, message) => {
    expect(() =>
      importWeights(
        lenetGraph(lenetState, (writer) => void change(writer)),
        lenet,
        random,
      ),
    ).toThrowError(refused(message));
  });

  it('of another network are refused', () => {
    expect(() => importWeights(lenetGraph(lenetState), mnasnet, random)).toThrowError(
      refused('mnasnet has no layer like'),
    );
  });

  it('are refused at every early end, and when they are no files of the kind', () => {
    const file = lenetGraph(lenetState);
    for (let length = 0; length < file.length; length += length < 40 ? 1 : 77_777) {
      expect(() => importWeights(file.subarray(0, length), lenet, random)).toThrowError(refused(''));
    }
  });

  it('answer random changes with the catalogue', () => {
    const file = lenetGraph(lenetState);
    const source = createRandom('mutations');
    for (let i = 0; i < 50; i++) {
      const bytes = Uint8Array.from(file);
      // The nodes stand at the beginning, the names of the outputs at the end.
      const at = source.integer(1200);
      bytes[i % 4 === 0 ? bytes.length - 1 - (at % 100) : at] = source.integer(256);
      try {
        importWeights(bytes, lenet, random);
      } catch (error) {
        expect(error).toMatchObject({ code: 'PRETRAINED_UNUSABLE' });
      }
    }
  });
});

describe('ONNX files with their weights beside them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-onnx-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const data: Uint8Array[] = [];
  const written = (name: string) =>
    lenetGraph(lenetState, (writer) => {
      let offset = 0;
      data.length = 0;
      writer.constants.forEach((constant, i) => {
        writer.constants[i] = { ...constant, external: { file: name, offset } };
        data.push(constant.data);
        offset += constant.data.length;
      });
    });

  it('are read by their path', () => {
    const path = join(folder, 'lenet.onnx');
    writeFileSync(path, written('lenet.onnx.data'));
    writeFileSync(join(folder, 'lenet.onnx.data'), Buffer.concat(data));
    const { weights } = importWeights(path, lenet, random);
    expectSameBytes(weights, importWeights(lenetGraph(lenetState), lenet, random).weights);
  });

  it.each([
    ['without a path', () => written('lenet.onnx.data'), 'the path is needed'],
    ['whose weights are not there', () => saved('a.onnx', written('missing.data')), 'cannot be read'],
    ['whose weights end early', () => saved('b.onnx', written('a.onnx')), 'lies outside a.onnx'],
    ['that lead to other folders', () => saved('c.onnx', written('../lenet.onnx.data')), 'outside its folder'],
  ])('are refused %s', (_, source, message) => {
    expect(() => importWeights(source(), lenet, random)).toThrowError(refused(message));
  });

  function saved(name: string, bytes: Uint8Array): string {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  }
});
