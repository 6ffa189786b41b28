import type { Engine } from '../../../engine/types.ts';

/** An engine that knows which of its programs have been compiled and not yet released, by name. */
export function countedEngine(engine: Engine): {
  readonly engine: Engine;
  readonly live: string[];
  compiled(): number;
} {
  const live: string[] = [];
  let compiled = 0;
  const counted: Engine = {
    ...engine,
    async compile(fn, inputs, options) {
      const program = await engine.compile(fn, inputs, options);
      const name = options?.name ?? '';
      compiled += 1;
      live.push(name);
      let released = false;
      return {
        ...program,
        async release() {
          if (!released) live.splice(live.indexOf(name), 1);
          released = true;
          await program.release();
        },
      };
    },
  };
  return { engine: counted, live, compiled: () => compiled };
}
