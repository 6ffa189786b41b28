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

export interface AttackRun {
  readonly clean: NdArray;
  readonly constants: Readonly<Record<string, NdArray>>;
  readonly images: NdArray;
  readonly trace: NdArray;
  readonly steps: NdArray;
}

/** What the attack of a training step was given and gave; undefined where there was none. */
export function attackOf(runs: readonly Run[]): AttackRun | undefined {
  const run = runs.find(({ program }) => program.startsWith('attack-'));
  if (run === undefined) return undefined;
  return {
    ...(run.inputs as Pick<AttackRun, 'clean' | 'constants'>),
    ...(run.outputs as Omit<AttackRun, 'clean' | 'constants'>),
  };
}

/** What the update of a training step was given. */
export function updateOf(runs: readonly Run[]): { readonly inputs: { readonly images: NdArray } } | undefined {
  const run = runs.find(({ outputs }) => Object.hasOwn(outputs as object, 'first'));
  return run?.inputs as ReturnType<typeof updateOf>;
}
