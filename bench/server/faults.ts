/** A share of the memory, and descriptors or threads, that a server may add: what lies below is noise. */
const [MEMORY_RISE, FEW] = [0.1, 4];

/** What a server did over minutes, and its growth by a line through them. */
export interface Growth {
  /** Requests that were not answered with 2xx. */
  readonly failed: number;
  /** Megabytes. */
  readonly memory: number;
  readonly memoryRise: number;
  readonly descriptorRise: number;
  readonly threadRise: number;
}

/** What a server must not do under load, and did. */
export function faultsOf({ failed, memory, memoryRise, descriptorRise, threadRise }: Growth): string[] {
  return [
    ...(failed > 0 ? [`${failed} requests were not answered`] : []),
    ...(memoryRise > MEMORY_RISE * memory
      ? [`memory rose by ${memoryRise.toFixed(0)} MB over ${memory.toFixed(0)}`]
      : []),
    ...(descriptorRise > FEW ? [`${descriptorRise.toFixed(0)} descriptors more are open`] : []),
    ...(threadRise > FEW ? [`${threadRise.toFixed(0)} threads more are there`] : []),
  ];
}
