import { compileMarginGradient } from '../../attack/margin-gradient.ts';
import { compileStep, type StepInputs, type StepResult } from '../../attack/pgd.ts';
import { openModelVersion } from '../../embedding/version.ts';
import { ndarray } from '../../engine/arrays.ts';
import { createEngine, type EngineOptions } from '../../engine/index.ts';
import type { ModelRequest, ProgramName } from './messages.ts';
import { constantShapes, objectives } from './objectives.ts';
import { type AttackName, MARGIN_ROWS, type MarginGradient } from './types.ts';

type MarginRequest = Extract<ModelRequest, { kind: 'margins' }>;

/** What the model thread computes with gradients. Programs are compiled when they are first needed. */
export interface Adversary {
  margins(request: MarginRequest): Promise<MarginGradient[]>;
  step(attack: AttackName, inputs: StepInputs): Promise<StepResult>;
  prepare(program: ProgramName): Promise<void>;
  release(): Promise<void>;
}

/** The program of the margin gradient has `MARGIN_ROWS` rows; a shorter list is filled up. */
export async function createAdversary(directory: string, options: EngineOptions): Promise<Adversary> {
  const { backbone, weights } = openModelVersion(directory);
  const { size, channels, dimension } = backbone;
  const engine = await createEngine(options);
  if (engine.device !== 'cpu') options.report?.(`gradients and attacks are computed on ${engine.device}`);
  const marginProgram = once(() => compileMarginGradient(engine, backbone, weights, MARGIN_ROWS));
  const stepOf = (attack: AttackName) =>
    once(() =>
      compileStep(engine, backbone, objectives[attack], {
        count: 1,
        constants: constantShapes(attack, dimension),
        weights,
      }),
    );
  const steps = { es: stepOf('es'), 'qa+': stepOf('qa+'), 'qa-': stepOf('qa-') };

  return {
    async margins({ pixels, results, outsider }) {
      const program = await marginProgram.get();
      const images = new Float32Array(MARGIN_ROWS * pixels.length);
      for (let i = 0; i < images.length; i++) images[i] = (pixels[i % pixels.length] as number) / 255;
      const rows = new Float32Array(MARGIN_ROWS * dimension);
      results.forEach((result, i) => {
        rows.set(result, i * dimension);
      });
      const { margins, slopes } = await program.run(
        ndarray(images, [MARGIN_ROWS, size, size, channels]),
        ndarray(rows, [MARGIN_ROWS, dimension]),
        ndarray(outsider, [dimension]),
      );
      return results.map((_, i) => ({ margin: margins.data[i] as number, l1: slopes.data[i] as number }));
    },
    async step(attack, inputs) {
      return (await steps[attack].get()).step(inputs);
    },
    async prepare(program) {
      await (program === 'margin' ? marginProgram : steps[program]).get();
    },
    async release() {
      for (const program of [marginProgram, ...Object.values(steps)]) await (await program.made)?.release();
    },
  };
}

/** Makes a value with the first call and keeps it; a failure is not kept. */
function once<T>(make: () => Promise<T>): { get(): Promise<T>; readonly made: Promise<T> | undefined } {
  let made: Promise<T> | undefined;
  return {
    get() {
      made ??= make().catch((error: unknown) => {
        made = undefined;
        throw error;
      });
      return made;
    },
    get made() {
      return made;
    },
  };
}
