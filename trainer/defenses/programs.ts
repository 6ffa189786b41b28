/** Compiled programs by the size of the batch they are for: all batches of an epoch but the last have the same. */
export function perSize<T extends { release(): Promise<void> }>(compile: (size: number) => Promise<T>) {
  const programs = new Map<number, Promise<T>>();
  return {
    for(size: number): Promise<T> {
      const known = programs.get(size) ?? compile(size);
      programs.set(size, known);
      return known;
    },
    async release(): Promise<void> {
      for (const program of programs.values()) await (await program).release();
      programs.clear();
    },
  };
}
