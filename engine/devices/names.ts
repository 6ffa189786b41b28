/** What `--device` takes. Apart from `auto`, in the order in which `auto` prefers them. */
export const deviceNames = ['auto', 'cuda', 'webgpu', 'cpu', 'tfjs'] as const;

/** What can be asked for: a device by its name, or `auto`, the fastest that works. */
export type DeviceName = (typeof deviceNames)[number];
