import type { Tensor } from '@tensorflow/tfjs';
import type {
  ArraysOf,
  Engine,
  NdArray,
  Program,
  RunInputs,
  SpecsOf,
  TensorFunction,
  Tree,
} from '../../../engine/types.ts';

/** One run of a program: what went in and what came out. */
export interface Run {
  readonly program: string;
  readonly inputs: unknown;
  readonly outputs: unknown;
}

/** An engine that keeps what each of its programs was run with. */
export function recordingEngine(engine: Engine): { readonly engine: Engine; readonly runs: Run[] } {
  const runs: Run[] = [];
  return {
    runs,
    engine: {
      ...engine,
      async compile<I extends Tree<Tensor>, O extends Tree<Tensor>>(
        fn: TensorFunction<I, O>,
        specs: SpecsOf<I>,
        options?: { readonly name?: string },
      ): Promise<Program<I, O>> {
        const program = await engine.compile(fn, specs, options);
        return {
          multiplyAdds: program.multiplyAdds,
          release: () => program.release(),
          async run(inputs: RunInputs<I>): Promise<ArraysOf<O>> {
            const outputs = await program.run(inputs);
            runs.push({ program: options?.name ?? '', inputs, outputs });
            return outputs;
          },
        };
      },
    },
  };
}

/** What the attack of a training step gave, or undefined where there was none. */
export function attackOf(
  runs: readonly Run[],
): { readonly images: NdArray; readonly trace: NdArray; readonly steps: NdArray } | undefined {
  return runs.find(({ program }) => program.startsWith('attack-'))?.outputs as ReturnType<typeof attackOf>;
}
