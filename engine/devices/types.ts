import type { Engine, Report } from '../types.ts';
import type { DeviceName } from './names.ts';

/** A way to run the functions of the engine. */
export interface Device {
  readonly name: Exclude<DeviceName, 'auto'>;
  /**
   * Why there is no use in trying it on this machine; undefined when there may be. Cheap: nothing is loaded.
   * Only `auto` goes by it: a device that was named is tried whatever this says.
   */
  missing(): string | undefined;
  /**
   * @param threads of one operation on the CPU.
   * @throws HoldfastError DEVICE_UNAVAILABLE: what is missing, and the command that mends it
   */
  open(threads: number, report: Report): Promise<Engine>;
}
