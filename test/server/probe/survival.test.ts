import sharp from 'sharp';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { type SurvivalRequest, survivalCost, survivalRequest } from '../../../server/probe/survival.ts';
import { testApp } from '../support/app.ts';
import { fakeModel } from '../support/model.ts';

const plain = (level: number): Promise<Buffer> => {
  const background = { r: level, g: level, b: level };
  return sharp({ create: { width: 32, height: 32, channels: 3, background } })
    .png()
    .toBuffer();
};

/** An embedding on a circle, as far round as the first pixel is bright; an attack makes pictures darker. */
const model = fakeModel({
  embed: async (pictures) =>
    pictures.map(([level = 0]) => {
      const angle = (level / 255) * (Math.PI / 2);
      return Float32Array.of(Math.cos(angle), Math.sin(angle), 0, 0, 0, 0, 0, 0);
    }),
});

/** Records at these levels; the query is at 100. */
async function gallery(levels: Readonly<Record<string, number>>, options: Parameters<typeof testApp>[0] = {}) {
  const made = testApp({ model, ...options });
  for (const [id, level] of Object.entries(levels))
    await request(made.app)
      .post(`/images?id=${id}&label=${id < 'c' ? 'dark' : 'light'}`)
      .attach('image', await plain(level), 'a.png');
  return made.app;
}

const LEVELS = { a: 100, b: 98, c: 89, d: 80 };

async function searchIn(app: Awaited<ReturnType<typeof gallery>>, fields: Record<string, string>) {
  const { status, body } = await request(app)
    .post('/search')
    .attach('image', await plain(100), 'a.png')
    .field({ k: '2', robustness: 'probe', ...fields });
  return { status, body };
}

describe('robustness by attacks', () => {
  it('says of each result whether it stayed, and the smallest epsilon at which it did not', async () => {
    const app = await gallery(LEVELS);
    const { body } = await searchIn(app, { probe: JSON.stringify({ attacks: ['es', 'qa-'], epsilon: 8 }) });
    // Six levels darker, c is nearer than a is; nothing within eight comes nearer than b.
    expect(body.results.map(({ id, robustness }: { id: string; robustness: unknown }) => [id, robustness])).toEqual([
      [
        'a',
        {
          ...{ epsilon: 6, score: 0.75, method: 'probe' },
          attacks: [
            { attack: 'es', stayed: false, epsilon: 6 },
            { attack: 'qa-', stayed: false, epsilon: 6 },
          ],
        },
      ],
      [
        'b',
        {
          ...{ epsilon: null, score: 1, method: 'probe' },
          attacks: [
            { attack: 'es', stayed: true, epsilon: null },
            { attack: 'qa-', stayed: true, epsilon: null },
          ],
        },
      ],
    ]);
  });

  it('scores what withstood a smaller epsilon by that one', async () => {
    const app = await gallery(LEVELS);
    const { body } = await searchIn(app, { probe: JSON.stringify({ attacks: ['es'], epsilon: 4 }) });
    expect(body.results[0].robustness).toMatchObject({ epsilon: null, score: 0.5 });
  });

  it('is the same as JSON, with defaults', async () => {
    const app = await gallery(LEVELS);
    const form = await searchIn(app, {});
    const image = (await plain(100)).toString('base64');
    const json = await request(app).post('/search').send({ image, k: 2, robustness: 'probe' });
    expect(json.body.results).toEqual(form.body.results);
    expect(form.body.results[0].robustness.attacks.map(({ attack }: { attack: string }) => attack)).toEqual([
      'es',
      'qa-',
    ]);
  });

  it('says that all stay in a list that holds the whole gallery', async () => {
    const app = await gallery({ a: 100, b: 90 });
    const { body } = await searchIn(app, {});
    expect(body.results.every(({ robustness }: { robustness: { epsilon: null } }) => robustness.epsilon === null)).toBe(
      true,
    );
  });

  it('goes by the list that the search has: its filter, and its least score', async () => {
    const app = await gallery(LEVELS);
    const { body } = await searchIn(app, { minScore: '0.99999', probe: '{"attacks":["es"]}' });
    expect(body.results.map(({ id }: { id: string }) => id)).toEqual(['a']);
    // The score leaves b out of the answer, and not of the list that a is pushed out of.
    expect(body.results[0].robustness.epsilon).toBe(6);
  });

  it.each([
    ['no JSON', { probe: '{' }, /probe: must be JSON/],
    ['an attack that changes no list', { probe: '{"attacks":["ca+"]}' }, /probe.attacks.0: must be one of es/],
    ['an attack twice', { probe: '{"attacks":["es","es"]}' }, /twice/],
    ['no attack', { probe: '{"attacks":[]}' }, /probe.attacks/],
    ['no epsilon', { probe: '{"epsilon":0}' }, /probe.epsilon/],
    ['a fraction of a level', { probe: '{"epsilon":1.5}' }, /probe.epsilon/],
    ['too many steps', { probe: '{"steps":101}' }, /probe.steps/],
    ['something else', { probe: '{"restarts":2}' }, /restarts/],
    ['another robustness', { probe: '{}', robustness: 'margin' }, /goes with the robustness probe/],
  ])('is refused with %s', async (_, fields, message) => {
    const { status, body } = await searchIn(testApp().app, fields);
    expect([status, body.error.code]).toEqual([400, 'REQUEST_INVALID']);
    expect(body.error.message).toMatch(message);
  });

  it('needs a picture', async () => {
    const vector = [1, 0, 0, 0, 0, 0, 0, 0];
    const { body } = await request(testApp().app).post('/search').send({ vector, robustness: 'probe' });
    expect(body.error.message).toContain('probe needs a picture');
  });

  it('is refused beyond its cost, before anything is embedded', async () => {
    let embedded = 0;
    const counting = fakeModel({
      embed: async (pictures) => {
        embedded += pictures.length;
        return model.embed(pictures);
      },
    });
    const app = await gallery({}, { model: counting, probeCost: 127 });
    const { status, body } = await searchIn(app, {});
    expect([status, body.error.code, embedded]).toEqual([422, 'COST_EXCEEDED', 0]);
    expect(body.error.message).toMatch(/128 steps .* may take 127/);
  });

  it('never takes more steps than its cost says', async () => {
    let steps = 0;
    const counting = fakeModel({
      embed: model.embed,
      attackStep: async (...call) => {
        steps += 1;
        return model.attackStep(...call);
      },
    });
    for (const asked of [
      { attacks: ['es', 'qa-'], epsilon: 8 },
      { attacks: ['gtm'], epsilon: 32 },
      { attacks: ['qa-'], epsilon: 5 },
    ]) {
      steps = 0;
      const app = await gallery({ a: 100, b: 99, c: 98, d: 97 }, { model: counting });
      const { status } = await searchIn(app, { probe: JSON.stringify({ ...asked, steps: 3 }) });
      expect(status).toBe(200);
      const most = survivalCost(survivalRequest.parse({ ...asked, steps: 3 }), 2);
      expect(steps).toBeGreaterThan(0);
      expect(steps).toBeLessThanOrEqual(most);
    }
  });

  it('stops within a step when the client hangs up', async () => {
    let steps = 0;
    const slow = fakeModel({
      embed: model.embed,
      attackStep: async (...call) => {
        steps += 1;
        if (steps === 3) sent.abort();
        await new Promise((resolve) => setTimeout(resolve, 20));
        return model.attackStep(...call);
      },
    });
    const app = await gallery(LEVELS, { model: slow });
    const sent = request(app)
      .post('/search')
      .attach('image', await plain(100), 'a.png')
      .field({ k: '2', robustness: 'probe', probe: '{"steps":40}' });
    await expect(sent).rejects.toThrow(/[Aa]bort/);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect([3, 4]).toContain(steps);
  });
});

describe('the cost of attacks on results', () => {
  const cost = (asked: Partial<SurvivalRequest>, k: number) => survivalCost(survivalRequest.parse(asked), k);

  it('is that of each epsilon for all results, and of a bisection for each that is aimed at', () => {
    expect(cost({ attacks: ['es'], epsilon: 8, steps: 10 }, 50)).toBe(80);
    expect(cost({ attacks: ['qa-'], epsilon: 8, steps: 10 }, 5)).toBe(200);
    expect(cost({ attacks: ['qa-'], epsilon: 1, steps: 10 }, 5)).toBe(50);
    expect(cost({ attacks: ['es', 'gtm', 'qa-'], epsilon: 32, steps: 1 }, 2)).toBe(32 + 32 + 2 * 6);
  });
});
