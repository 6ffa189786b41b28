import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { missingLibraries } from './libraries.ts';
import { gpuDeviceFiles } from './vulkan.ts';

/** The one command that installs what can be installed from here. */
export const INSTALL_COMMAND = 'npm run install:cuda';

/** The provider itself, which ONNX Runtime's package leaves out for its size. */
const PROVIDER = ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'];

/** What the provider is linked with: CUDA 12 and cuDNN 9. */
const LINKED = [
  'libcudart.so.12',
  'libcublas.so.12',
  'libcublasLt.so.12',
  'libcufft.so.11',
  'libcurand.so.10',
  'libcudnn.so.9',
];

/** What the CUDA device lacks on this machine, by kind. */
export interface CudaNeeds {
  /** Why there can be no CUDA here at all. */
  readonly platform: string | undefined;
  readonly gpu: string | undefined;
  /** Files of the provider. */
  readonly provider: readonly string[];
  /** Libraries of CUDA and cuDNN. */
  readonly libraries: readonly string[];
}

/** The folder of ONNX Runtime's native library, where it looks for its providers. */
export function providerFolder(): string {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-node');
  return join(dirname(entry), '..', 'bin', 'napi-v6', process.platform, process.arch);
}

/** The file of an NVIDIA GPU, or that of WSL. */
export function hasNvidiaGpu(): boolean {
  return gpuDeviceFiles().some((path) => /(nvidia\d+|dxg)$/.test(path));
}

/** @param folder where the provider should be. */
export function cudaNeeds(folder = providerFolder()): CudaNeeds {
  const here = `${process.platform}/${process.arch}`;
  return {
    platform: here === 'linux/x64' ? undefined : `ONNX Runtime's CUDA provider is published for linux/x64, not ${here}`,
    gpu: hasNvidiaGpu() ? undefined : 'an NVIDIA GPU with its driver (no /dev/nvidia0)',
    provider: PROVIDER.filter((name) => !existsSync(join(folder, name))),
    libraries: missingLibraries(LINKED),
  };
}

/** What is missing, in a sentence that ends with the command that mends it; undefined when nothing is. */
export function describeNeeds({ platform, gpu, provider, libraries }: CudaNeeds): string | undefined {
  if (platform !== undefined) return platform;
  const missing = [...provider, ...libraries, ...(gpu === undefined ? [] : [gpu])];
  if (missing.length === 0) return undefined;
  return `missing: ${missing.join(', ')}; ${INSTALL_COMMAND} fetches the provider and says how to get the rest`;
}
