import { HoldfastError } from '../../base/errors.ts';
import { cudaNeeds, describeNeeds, hasNvidiaGpu } from './cuda-libraries.ts';
import { openProvider } from './provider.ts';
import type { Device } from './types.ts';

/** NVIDIA GPUs: ONNX Runtime's CUDA 12 provider. Untested on a GPU. */
export const cuda: Device = {
  name: 'cuda',
  missing() {
    // The libraries are searched by a process of its own, which is not started where there is no GPU.
    if (!hasNvidiaGpu()) return 'there is no NVIDIA GPU (no /dev/nvidia0)';
    return describeNeeds(cudaNeeds());
  },
  async open(threads, report) {
    const needs = cudaNeeds();
    // Without the provider there is nothing to try, and ONNX Runtime would write an error of its own.
    if (needs.platform !== undefined || needs.provider.length > 0) {
      throw new HoldfastError('DEVICE_UNAVAILABLE', `cuda: ${describeNeeds(needs)}`);
    }
    return openProvider({ provider: 'cuda', images: 'channelsFirst' }, threads, report, (said) => {
      return describeNeeds(needs) ?? `ONNX Runtime cannot use the GPU: ${said}; see docs/devices.md`;
    });
  },
};
