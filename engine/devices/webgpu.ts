import { basename } from 'node:path';
import { missingLibraries } from './libraries.ts';
import { openProvider } from './provider.ts';
import type { Device } from './types.ts';
import { gpuDeviceFiles, vulkanDrivers } from './vulkan.ts';

/** Where ONNX Runtime's package has the provider. */
const PLATFORMS = ['linux/x64', 'darwin/arm64', 'win32/x64', 'win32/arm64'];

const LOADER = 'libvulkan.so.1';

/** Any GPU: ONNX Runtime's WebGPU provider, on Vulkan, Metal or Direct3D. Tested on Mesa's software driver for Vulkan. */
export const webgpu: Device = {
  name: 'webgpu',
  missing() {
    const lacking = missingPlatform();
    if (lacking !== undefined || process.platform !== 'linux') return lacking;
    if (gpuDeviceFiles().length === 0) return 'there is no GPU (no /dev/dri/renderD*, /dev/nvidia* or /dev/dxg)';
    return missingVulkan();
  },
  open: (threads, report) =>
    openProvider({ provider: 'webgpu', images: 'channelsFirst' }, threads, report, (said) => {
      const lacking = missingPlatform() ?? (process.platform === 'linux' ? missingVulkan() : undefined);
      return lacking ?? refusal(said);
    }),
};

function missingPlatform(): string | undefined {
  const here = `${process.platform}/${process.arch}`;
  if (PLATFORMS.includes(here)) return undefined;
  return `ONNX Runtime has no WebGPU provider for ${here}, only for ${PLATFORMS.join(', ')}`;
}

/** What Vulkan lacks on Linux, and how to get it; the second needs a process of its own and is looked at last. */
function missingVulkan(): string | undefined {
  const { VK_DRIVER_FILES: named } = process.env;
  const install = "install that of your GPU, or Mesa's: apt-get install mesa-vulkan-drivers";
  if (vulkanDrivers().length === 0) {
    const where = named === undefined ? 'is installed' : `is where VK_DRIVER_FILES=${named} points`;
    return `no Vulkan driver ${where}; ${install}`;
  }
  if (missingLibraries([LOADER]).length === 0) return undefined;
  return `the Vulkan loader ${LOADER} is not installed: apt-get install libvulkan1`;
}

function refusal(said: string): string {
  const drivers =
    process.platform === 'linux'
      ? ` with ${vulkanDrivers()
          .map((path) => basename(path))
          .join(', ')}`
      : '';
  return `ONNX Runtime cannot use the GPU${drivers}: ${said}; it wants a recent driver (Mesa from 25 on), see docs/devices.md`;
}
