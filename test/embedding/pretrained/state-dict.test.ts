import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { backbones } from '../../../embedding/backbones/index.ts';
import { importWeights } from '../../../embedding/pretrained/index.ts';
import type { Backbone } from '../../../embedding/types.ts';
import { ndarray, sizeOf } from '../../../engine/arrays.ts';
import { expectSameBytes } from '../support/embeddings.ts';
import { changed, fileOf, referenceOf, type State, stateOf } from '../support/torch-state.ts';

const lenet = backbones.lenet as Backbone;
const mnasnet = backbones.mnasnet as Backbone;
const state = stateOf(referenceOf('lenet', 'RobRank'));
const random = createRandom('head');
const plain = importWeights(fileOf(state), lenet, random).weights;
const zeros = (...shape: number[]) => ndarray(new Float32Array(sizeOf(shape)), shape);
const refused = (...parts: string[]) =>
  expect.objectContaining({
    code: 'PRETRAINED_UNUSABLE',
    message: expect.stringMatching(new RegExp(parts.map((part) => part.replace(/[.[\]]/g, '\\$&')).join('.*'))),
  });
const renamed = (tensors: State, name: (old: string) => string): State =>
  Object.fromEntries(Object.entries(tensors).map(([old, tensor]) => [name(old), tensor]));

/** A safetensors file of any element type. */
function typed(dtype: string, bytesOf: (values: ArrayLike<number>) => Uint8Array): Uint8Array {
  let offset = 0;
  const parts: Uint8Array[] = [];
  const header = Object.entries(state).map(([name, { shape, data }]) => {
    const bytes = bytesOf(data);
    parts.push(bytes);
    offset += bytes.length;
    return [name, { dtype, shape, data_offsets: [offset - bytes.length, offset] }];
  });
  const text = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...parts]);
}

describe('state dicts', () => {
  it.each(['module.', 'backbone.', 'model.', 'module.model.backbone.'])('are read behind "%s"', (prefix) => {
    expectSameBytes(importWeights(fileOf(renamed(state, (name) => prefix + name)), lenet, random).weights, plain);
  });

  it('are read under the names of the classifying twin', () => {
    const names: Readonly<Record<string, string>> = { 0: 'conv1', 2: 'conv2', 5: 'fc1', 7: 'fc2' };
    const file = fileOf(renamed(state, (name) => name.replace(/^\d/, (digit) => names[digit] as string)));
    expectSameBytes(importWeights(file, lenet, random).weights, plain);
  });

  it('of double precision are rounded, halves are exact', () => {
    const doubles = typed('F64', (values) => new Uint8Array(Float64Array.from(values).buffer));
    expectSameBytes(importWeights(doubles, lenet, random).weights, plain);
    const upper = (values: ArrayLike<number>): Uint16Array =>
      new Uint16Array(Float32Array.from(values).buffer).filter((_, i) => i % 2 === 1);
    const { weights } = importWeights(
      typed('BF16', (values) => new Uint8Array(upper(values).buffer)),
      lenet,
      random,
    );
    expectSameBytes(
      weights,
      Object.fromEntries(
        Object.entries(plain).map(([name, { shape, data }]) => {
          const cut = new Float32Array(
            new Uint32Array(Float32Array.from(data).buffer).map((bits) => bits & ~0xffff).buffer,
          );
          return [name, { shape, data: cut }];
        }),
      ),
    );
  });

  it('with a classifier or without a head get the head that the backbone begins with', () => {
    const fresh = lenet.init(random);
    const expected = { ...plain, 'head.kernel': fresh['head.kernel'], 'head.bias': fresh['head.bias'] } as typeof plain;
    const none = importWeights(fileOf(changed(state, { '7.weight': undefined, '7.bias': undefined })), lenet, random);
    expect(none).toMatchObject({ missingHead: true, ignored: [] });
    expectSameBytes(none.weights, expected);
    const ten = changed(state, { '7.weight': zeros(10, 500), '7.bias': zeros(10) });
    const classifier = importWeights(fileOf(ten), lenet, random);
    expect(classifier).toMatchObject({ missingHead: true, ignored: ['7.weight', '7.bias'] });
    expectSameBytes(classifier.weights, expected);
  });

  it('lose their counters, and RobRank has its own name for the head of MNASNet', () => {
    const reference = stateOf(referenceOf('mnasnet', 'torchvision'));
    const robrank = renamed(reference, (name) => name.replace('classifier.1.', 'classifier.'));
    const counters = Object.keys(reference)
      .filter((name) => name.endsWith('running_mean'))
      .map((name) => name.replace('running_mean', 'num_batches_tracked'));
    expect(counters.length).toBe(52);
    const counted = {
      ...robrank,
      ...Object.fromEntries(counters.map((name) => [name, ndarray(Int32Array.of(9), [])])),
    };
    const { missingHead, ignored, weights } = importWeights(fileOf(counted), mnasnet, random);
    expect({ missingHead, ignored }).toEqual({ missingHead: false, ignored: counters });
    expectSameBytes(weights, importWeights(fileOf(reference), mnasnet, random).weights);
  });
});

describe('state dicts that are refused', () => {
  const file = fileOf(state);
  it.each([
    ['a tensor that is missing', fileOf(changed(state, { '2.bias': undefined })), ['needs "2.bias"']],
    ['one too many', fileOf(changed(state, { 'loss.beta': zeros(1) })), ['no place for "loss.beta"']],
    ['a counter of no layer', fileOf(changed(state, { num_batches_tracked: zeros(1) })), ['no place for "num_batches']],
    [
      'another shape',
      fileOf(changed(state, { '0.weight': zeros(20, 1, 3, 3) })),
      ['"0.weight" is [20,1,3,3]', '[20,1,5,5]'],
    ],
    ['a transposed matrix', fileOf(changed(state, { '5.weight': zeros(800, 500) })), ['[800,500]', '[500,800]']],
    [
      'a head of another dimension',
      fileOf(changed(state, { '7.weight': zeros(64, 500), '7.bias': zeros(64) })),
      ['"7.weight"'],
    ],
    ['half a head', fileOf(changed(state, { '7.bias': undefined })), ['half a head', '7.bias']],
    ['half a classifier', fileOf(changed(state, { '7.bias': undefined, '7.weight': zeros(10, 500) })), ['"7.weight"']],
    [
      'NaN',
      fileOf(changed(state, { '2.bias': ndarray(new Float32Array(50).fill(Number.NaN), [50]) })),
      ['"2.bias"', 'NaN'],
    ],
    [
      'whole numbers',
      fileOf(changed(state, { '2.bias': ndarray(new Int32Array(50), [50]) })),
      ['"2.bias" has integers'],
    ],
    ['another element type', typed('U8', () => new Uint8Array(0)), ['malformed']],
    ['no tensors', fileOf({}), ['no tensor of lenet']],
    ['other names', fileOf({ 'features.0.weight': zeros(1) }), ['no tensor of lenet', '"features.0.weight"']],
    [
      'the weights of another network',
      fileOf(stateOf(referenceOf('c2f2', 'RobRank'))),
      ['lenet needs', 'the file is of c2f2'],
    ],
    ['a zip archive of torch.save', Buffer.from('PK\u0003\u0004archive/data.pkl'), ['torch.save']],
    ['a pickle of torch.save', Buffer.concat([Buffer.of(0x80, 2), file]), ['torch.save']],
    ['a text', Buffer.from('<html>not found</html>'), ['neither a safetensors nor an ONNX file']],
    ['nothing', new Uint8Array(0), ['an empty file']],
    ['an early end', file.subarray(0, file.length - 1), ['outside the file']],
    ['a file that is not there', 'no/such.safetensors', ['no/such.safetensors', 'cannot be read']],
  ])('for %s', (_, source, parts) => {
    expect(() => importWeights(source, lenet, random)).toThrowError(refused(...parts));
  });

  it('for a variance below zero', () => {
    const reference = stateOf(referenceOf('mnasnet', 'timm'));
    const negative = changed(reference, { 'bn1.running_var': ndarray(new Float32Array(32).fill(-1), [32]) });
    expect(() => importWeights(fileOf(negative), mnasnet, random)).toThrowError(refused('"bn1.running_var"', '-1'));
  });

  it('for a backbone that PyTorch does not have', () => {
    expect(() => importWeights(file, backbones.compact as Backbone, random)).toThrowError(
      expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining('resnet50') }),
    );
  });
});
