import { compileStep, type StepInputs, type StepResult } from '../../attack/pgd.ts';
import { compilePush, type Push } from '../../attack/push.ts';
import { openModelVersion } from '../../embedding/version.ts';
import { createEngine, type EngineOptions } from '../../engine/index.ts';
import type { ModelRequest, ProgramName } from './messages.ts';
import { constantShapes, objectives } from './objectives.ts';
import { once } from './once.ts';
import { type AttackName, PUSH_ROWS } from './types.ts';

type PushRequest = Extract<ModelRequest, { kind: 'pushes' }>;

/** What the model thread computes with gradients. Programs are compiled when they are first needed. */
export interface Adversary {
  pushes(request: PushRequest): Promise<Push[]>;
  step(attack: AttackName, inputs: StepInputs): Promise<StepResult>;
  prepare(program: ProgramName): Promise<void>;
  release(): Promise<void>;
}

/** The program of the pushes has `PUSH_ROWS` rows; a shorter list is filled up. */
export async function createAdversary(directory: string, options: EngineOptions): Promise<Adversary> {
  const { backbone, weights } = openModelVersion(directory);
  const { dimension } = backbone;
  const engine = await createEngine(options);
  if (engine.device !== 'cpu') options.report?.(`gradients and attacks are computed on ${engine.device}`);
  const pushProgram = once(() => compilePush(engine, backbone, weights, PUSH_ROWS));
  const stepOf = (attack: AttackName) =>
    once(() =>
      compileStep(engine, backbone, objectives[attack], {
        count: 1,
        constants: constantShapes(attack, dimension),
        weights,
      }),
    );
  const sinking = stepOf('qa-');
  const steps: Readonly<Record<AttackName, ReturnType<typeof stepOf>>> = {
    ...{ es: stepOf('es'), 'qa+': stepOf('qa+'), 'qa-': sinking, 'ca+': stepOf('ca+'), 'ca-': stepOf('ca-') },
    ...{ tma: stepOf('tma'), ltm: stepOf('ltm'), gtm: stepOf('gtm'), gtt: sinking },
  };

  return {
    async pushes({ pixels, directions }) {
      const program = await pushProgram.get();
      return program.run(
        Float32Array.from(pixels, (level) => level / 255),
        directions,
      );
    },
    async step(attack, inputs) {
      return (await steps[attack].get()).step(inputs);
    },
    async prepare(program) {
      await (program === 'push' ? pushProgram : steps[program]).get();
    },
    async release() {
      for (const program of new Set([pushProgram, ...Object.values(steps)])) await (await program.made)?.release();
    },
  };
}
