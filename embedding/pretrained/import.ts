import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HoldfastError } from '../../base/errors.ts';
import type { Random } from '../../base/random.ts';
import { decodeModel, type FileGraph } from '../../engine/onnx/decode.ts';
import type { Backbone, Weights } from '../types.ts';
import { toWeights } from './convert.ts';
import { readGraph } from './graph.ts';
import { findTorchNetwork } from './networks.ts';
import { readStateDict } from './state-dict.ts';
import type { Refuse } from './types.ts';

/** Weights from a file, and what was made of it. */
export interface ImportedWeights {
  /** All of the backbone's, in their order. */
  readonly weights: Weights;
  /** Whether the file had no head of our dimension, so that `weights` have a fresh one. */
  readonly missingHead: boolean;
  readonly format: 'safetensors' | 'onnx';
  /**
   * Layers whose batch normalisation the exporter folded into the convolution. The function is the same as long as batch
   * normalisation stays frozen; the statistics of the training data are lost, so that `forwardLive` is another network.
   */
  readonly folded: readonly string[];
  /** Tensors of the file that were left behind: counters of batches and the classifier. */
  readonly ignored: readonly string[];
}

/**
 * Reads pretrained weights: a safetensors file with the state dict's names of torchvision, timm or RobRank, or an ONNX file of
 * the network, with batch normalisation or with it folded into the convolutions. Every tensor of the file is accounted for.
 * See docs/pretrained.md.
 * @param source the file, or its path; an ONNX file whose weights lie in files beside it needs the path
 * @param random draws the head if the file has none of our dimension: as `backbone.init` does
 * @throws HoldfastError PRETRAINED_UNUSABLE with what is wrong, OPTION_INVALID for a backbone without a twin in PyTorch
 */
export function importWeights(source: string | Uint8Array, backbone: Backbone, random: Random): ImportedWeights {
  const network = findTorchNetwork(backbone.name);
  const title = typeof source === 'string' ? source : 'pretrained weights';
  const refuse: Refuse = (reason) => {
    throw new HoldfastError('PRETRAINED_UNUSABLE', `${title}: ${reason}`);
  };
  const bytes = typeof source === 'string' ? readFile(source, refuse) : source;
  const format = formatOf(bytes, refuse);
  if (format === 'safetensors') {
    const { tensors, ignored } = readStateDict(bytes, backbone, network, refuse);
    return { ...toWeights(tensors, backbone, network, random, refuse), format, folded: [], ignored };
  }
  const beside = besideOf(source, refuse);
  const { tensors, folded, ignored } = readGraph(parse(bytes, refuse), backbone, network, beside, refuse);
  return { ...toWeights(tensors, backbone, network, random, refuse), format, folded, ignored };
}

/** Tells the format by the first bytes. */
function formatOf(bytes: Uint8Array, refuse: Refuse): ImportedWeights['format'] {
  const starts = (...values: number[]): boolean => values.every((value, i) => bytes[i] === value);
  // Eight bytes of length, of which a believable one leaves the upper ones zero, then the header's brace.
  if (bytes[8] === 0x7b && bytes.subarray(5, 8).every((byte) => byte === 0)) return 'safetensors';
  // torch.save writes a zip archive with a pickle in it, formerly a bare pickle: a program, which is never run here.
  if (starts(0x50, 0x4b, 3, 4) || starts(0x80, 2)) return refuse('a file of torch.save (.pt, .pth), which is not read');
  // The first field of an ONNX file is the version of its format, a small number.
  if (starts(8) && (bytes[1] ?? 0x80) < 0x80) return 'onnx';
  return refuse(bytes.length === 0 ? 'an empty file' : 'neither a safetensors nor an ONNX file');
}

function parse(bytes: Uint8Array, refuse: Refuse): FileGraph {
  try {
    return decodeModel(bytes);
  } catch (error) {
    if (error instanceof RangeError) return refuse(`a damaged ONNX file: ${error.message}`);
    throw error;
  }
}

function readFile(path: string, refuse: Refuse): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    return refuse(`cannot be read: ${String(cause)}`);
  }
}

/** Reads files in the folder of the source, each once; no other folder can be named. */
function besideOf(source: string | Uint8Array, refuse: Refuse): (file: string) => Uint8Array {
  const files = new Map<string, Uint8Array>();
  return (file) => {
    if (typeof source !== 'string') return refuse(`its weights lie in ${file}, so that the path is needed`);
    if (!/^[^/\\]+$/.test(file) || file === '..') return refuse(`its weights lie in "${file}", outside its folder`);
    const known = files.get(file) ?? readFile(join(dirname(source), file), refuse);
    files.set(file, known);
    return known;
  };
}
