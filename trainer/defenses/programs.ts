/**
 * Compiled programs by the size of the batch they are for: all batches of an epoch but the last have the same.
 * What else `compile` takes may only vary with the size.
 */
export function perSize<T extends { release(): Promise<void> }, Rest extends readonly unknown[] = []>(
  compile: (size: number, ...rest: Rest) => Promise<T>,
) {
  const programs = new Map<number, Promise<T>>();
  return {
    for(size: number, ...rest: Rest): Promise<T> {
      const known = programs.get(size) ?? compile(size, ...rest);
      programs.set(size, known);
      return known;
    },
    async release(): Promise<void> {
      const compiled = [...programs.values()];
      programs.clear();
      // One that could not be compiled was thrown where it was asked for: it must not keep the others.
      for (const program of compiled) await (await program.catch(() => undefined))?.release();
    },
  };
}
