import { HoldfastError } from '../../base/errors.ts';
import { torchMnasnet } from './mnasnet.ts';
import { torchResnet18, torchResnet50 } from './resnet.ts';
import { torchC2f2, torchLenet } from './robrank.ts';
import type { TorchNetwork } from './types.ts';

/** Every backbone that has a twin in PyTorch. */
export const torchNetworks: readonly TorchNetwork[] = [
  torchC2f2,
  torchLenet,
  torchResnet18,
  torchResnet50,
  torchMnasnet,
];

/** @throws HoldfastError OPTION_INVALID with the names that exist. */
export function findTorchNetwork(backbone: string): TorchNetwork {
  const network = torchNetworks.find((candidate) => candidate.backbone === backbone);
  if (network !== undefined) return network;
  const names = torchNetworks.map((candidate) => candidate.backbone).join(', ');
  throw new HoldfastError('OPTION_INVALID', `no pretrained weights are known for "${backbone}", only for: ${names}`);
}
