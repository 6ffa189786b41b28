import { HoldfastError } from '../../base/errors.ts';
import type { Engine, Report } from '../types.ts';
import { openFastest } from './auto.ts';
import { cpu } from './cpu.ts';
import { cuda } from './cuda.ts';
import { eager } from './eager.ts';
import { deviceNames } from './names.ts';
import type { Device } from './types.ts';
import { webgpu } from './webgpu.ts';

/** All devices, in the order in which `auto` prefers them. */
export const devices: readonly Device[] = [cuda, webgpu, cpu, eager];

/** Opens a device by its name; see docs/devices.md. @throws HoldfastError DEVICE_UNAVAILABLE */
export async function openDevice(name: string, threads: number, report: Report): Promise<Engine> {
  const device = devices.find((one) => one.name === name);
  if (device !== undefined) return device.open(threads, report);
  if (name === 'auto') {
    // Loaded where there is something to measure: it needs ONNX Runtime, which not every platform has.
    const measure = async (engine: Engine): Promise<number> => (await import('./probe.ts')).measureSpeed(engine);
    // TF.js is slower than any of the others wherever one of them works.
    return openFastest([cuda, webgpu, cpu], eager, threads, report, measure);
  }
  throw new HoldfastError('DEVICE_UNAVAILABLE', `no device "${name}"; there are: ${deviceNames.join(', ')}`);
}
