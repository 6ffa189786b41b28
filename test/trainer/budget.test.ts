import { describe, expect, it } from 'vitest';
import { createPlanner, evaluationEpochs, fitStages, type Plan } from '../../trainer/budget.ts';
import { relativeCost } from '../../trainer/clock.ts';
import { type Stage, stagesOf } from '../../trainer/recipe.ts';
import { drawings } from '../../trainer/recipes/index.ts';

const STEPS = drawings.caTride.budget.steps;
const stages = stagesOf(drawings, ['vanilla', 'ca-tride']);

/** A run on a clock of its own: what an epoch of each stage takes is what `costs` says. */
function simulation(budget: number | undefined, costs: Readonly<Record<string, number>>, evaluation = 0) {
  let now = 0;
  const measured: string[] = [];
  const saved: Plan[] = [];
  const sitting = (plan: Plan = {}, begun?: string) =>
    createPlanner({
      stages,
      budget,
      attackSteps: STEPS,
      plan,
      begun,
      evaluationEpochs: evaluation,
      elapsed: () => now,
      async measure({ name }) {
        measured.push(name);
        now += 0.02 * (costs[name] as number);
        return costs[name] as number;
      },
      save: (plan) => saved.push(plan),
    });
  return {
    sitting,
    measured,
    saved,
    spend: (stage: Stage, factor = 1) => {
      now += factor * stage.epochs * (costs[stage.name] as number);
    },
    now: () => now,
  };
}

async function runAll(simulated: ReturnType<typeof simulation>): Promise<Stage[]> {
  const planner = simulated.sitting();
  for (const { name } of stages) simulated.spend(await planner.begin(name));
  return planner.stages();
}

describe('a budget', () => {
  // What the arithmetic expects, and networks and machines for which it is far off.
  it.each([
    ['as reckoned', { pretrain: 10, vanilla: 13, 'ca-tride': (10 * relativeCost('ca-tride', STEPS)) / 6 }],
    ['dearer attacks', { pretrain: 10, vanilla: 14, 'ca-tride': 160 }],
    ['cheaper attacks', { pretrain: 10, vanilla: 14, 'ca-tride': 20 }],
  ])('is kept and used, %s', async (_, costs) => {
    const whole = stages.reduce(
      (sum, { name, epochs }) => sum + epochs * (costs[name as keyof typeof costs] as number),
      0,
    );
    for (const share of [0.4, 0.7]) {
      const simulated = simulation(share * whole, costs);
      const planned = await runAll(simulated);
      expect(simulated.now()).toBeLessThanOrEqual(share * whole);
      expect(simulated.now()).toBeGreaterThan(0.5 * share * whole);
      expect(planned[1]?.epochs).toBe(planned[2]?.epochs);
    }
  });

  it('measures each stage once, control and defense together, when it begins', async () => {
    const simulated = simulation(500, { pretrain: 10, vanilla: 14, 'ca-tride': 40 });
    const planner = simulated.sitting();
    await planner.begin('pretrain');
    expect(simulated.measured).toEqual(['pretrain']);
    // What is not decided is expected, for the time that is left.
    expect(planner.stages()[2]?.epochs).toBeLessThan(stages[2]?.epochs as number);
    expect(simulated.saved).toEqual([{ pretrain: planner.stages()[0]?.epochs }]);
    await planner.begin('vanilla');
    await planner.begin('ca-tride');
    expect(simulated.measured).toEqual(['pretrain', 'vanilla', 'ca-tride']);
  });

  it('never lengthens, and leaves every stage an epoch', async () => {
    const costs = { pretrain: 1, vanilla: 1, 'ca-tride': 3 };
    expect(await runAll(simulation(1e6, costs))).toEqual(stages);
    expect((await runAll(simulation(1, costs))).map(({ epochs }) => epochs)).toEqual([1, 1, 1]);
  });

  it('is none without one: nothing is measured', async () => {
    const simulated = simulation(undefined, {});
    const planner = simulated.sitting();
    expect(await planner.begin('pretrain')).toEqual(stages[0]);
    expect(simulated.measured).toEqual([]);
  });

  it('shortens the defense once more when time ran away before it', async () => {
    const simulated = simulation(600, { pretrain: 10, vanilla: 14, 'ca-tride': 40 });
    const planner = simulated.sitting();
    simulated.spend(await planner.begin('pretrain'));
    const control = await planner.begin('vanilla');
    simulated.spend(control, 4);
    expect((await planner.begin('ca-tride')).epochs).toBeLessThan(control.epochs);
  });

  it('keeps the plan of a stage that an earlier sitting was in', async () => {
    const simulated = simulation(400, { pretrain: 10, vanilla: 14, 'ca-tride': 40 });
    const before = await simulated.sitting().begin('pretrain');
    const [plan] = simulated.saved;
    expect(plan).toEqual({ pretrain: before.epochs });
    simulated.spend(before, 20);
    expect((await simulated.sitting(plan, 'pretrain').begin('pretrain')).epochs).toBe(before.epochs);
    expect(simulated.measured).toEqual(['pretrain']);
  });

  it('leaves time for the evaluation', async () => {
    const costs = { pretrain: 10, vanilla: 14, 'ca-tride': 40 };
    const simulated = simulation(600, costs, 12);
    await runAll(simulated);
    expect(simulated.now()).toBeLessThanOrEqual(600 * 0.92 - 120);
    expect(evaluationEpochs(600, 0, 2400)).toBeCloseTo((600 * 144) / (6 * 2400));
  });

  it('is shared by stages in proportion', () => {
    expect(fitStages(stages, [10, 10, 30], 1e9)).toEqual(stages);
    const half = fitStages(stages, [10, 10, 30], (140 + 100 + 300) / 2);
    expect(half.map(({ epochs }) => epochs)).toEqual([7, 5, 5]);
  });
});
