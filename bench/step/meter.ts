import type { Tensor } from '@tensorflow/tfjs';
import type {
  ArraysOf,
  CompileOptions,
  Engine,
  Program,
  RunInputs,
  SpecsOf,
  TensorFunction,
  Tree,
} from '../../engine/types.ts';

/** One run of a program. */
export interface ProgramRun {
  readonly program: string;
  /** Of one run, as the engine counts them: a whole attack has those of one step. */
  readonly multiplyAdds: number;
  readonly milliseconds: number;
}

export interface MeteredEngine {
  readonly engine: Engine;
  /** The runs since this was last called, in their order. */
  take(): ProgramRun[];
}

/** An engine that writes down what each run of its programs took, with the way of the arrays in and out. */
export function meteredEngine(engine: Engine): MeteredEngine {
  let runs: ProgramRun[] = [];
  return {
    take() {
      const taken = runs;
      runs = [];
      return taken;
    },
    engine: {
      ...engine,
      async compile<I extends Tree<Tensor>, O extends Tree<Tensor>>(
        fn: TensorFunction<I, O>,
        inputs: SpecsOf<I>,
        options: CompileOptions = {},
      ): Promise<Program<I, O>> {
        const program = await engine.compile(fn, inputs, options);
        const { multiplyAdds } = program;
        return {
          multiplyAdds,
          release: () => program.release(),
          async run(given: RunInputs<I>): Promise<ArraysOf<O>> {
            const started = performance.now();
            const result = await program.run(given);
            const milliseconds = performance.now() - started;
            runs.push({ program: options.name ?? '', multiplyAdds, milliseconds });
            return result;
          },
        };
      },
    },
  };
}
