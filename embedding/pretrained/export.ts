import { HoldfastError } from '../../base/errors.ts';
import { encodeSafetensors } from '../safetensors.ts';
import type { Backbone, Weights } from '../types.ts';
import { toTorch } from './layout.ts';
import { namesOf } from './names.ts';
import { findTorchNetwork } from './networks.ts';
import type { Naming } from './types.ts';

/**
 * The weights of a backbone as a safetensors file with the names and the layout of torchvision (for C2F2 and LeNet, of
 * RobRank): what `model.load_state_dict(safetensors.torch.load_file(path))` takes once the last layer is of our dimension.
 * See docs/pretrained.md.
 * @throws HoldfastError OPTION_INVALID for a backbone without a twin, MODEL_DAMAGED for weights that are not the backbone's
 */
export function exportTorchWeights(backbone: Backbone, weights: Weights): Uint8Array {
  const network = findTorchNetwork(backbone.name);
  const rows = namesOf(network, network.namings[0] as Naming, backbone);
  const tensors = rows.map(({ parameter, tensor, shape, maps }) => {
    const array = weights[parameter];
    if (array?.shape.join() !== shape.join()) {
      throw new HoldfastError('MODEL_DAMAGED', `"${parameter}" is [${array?.shape}] instead of [${shape}]`);
    }
    return [tensor, toTorch(array, maps)] as const;
  });
  return encodeSafetensors({ tensors: Object.fromEntries(tensors), metadata: { format: 'pt' } });
}
