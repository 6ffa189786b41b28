import sharp from 'sharp';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { normsOf, perturbationOf } from '../../attack/pictures.ts';
import { testApp } from './support/app.ts';
import { fakeModel } from './support/model.ts';
import { png } from './support/pictures.ts';

async function filled(count: number, options?: Parameters<typeof testApp>[0]) {
  const made = testApp(options);
  for (let i = 0; i < count; i++)
    await request(made.app)
      .post(`/images?id=${i}&label=d${i}`)
      .attach('image', await png(i), 'a.png');
  return made;
}

async function pixelsOf(url: string): Promise<Uint8Array> {
  const [head, data = ''] = url.split(',');
  expect(head).toBe('data:image/png;base64');
  const { data: pixels, info } = await sharp(Buffer.from(data, 'base64')).raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height, info.channels]).toEqual([32, 32, 3]);
  return pixels;
}

describe('POST /probes', () => {
  it('shows the picture before and after, within epsilon, and the lists of both', async () => {
    const { app } = await filled(6);
    const { status, body } = await request(app)
      .post('/probes')
      .attach('image', await png('q'), 'a.png')
      .field({ attack: 'es', epsilon: '6', steps: '10', k: '3' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ model: 'test-1', attack: 'es', epsilon: 6, steps: 10, queries: 10, candidate: null });
    const [clean, attacked, shown] = await Promise.all(
      [body.pictures.clean, body.pictures.attacked, body.pictures.perturbation].map(pixelsOf),
    );
    const norms = normsOf(attacked as Uint8Array, clean as Uint8Array);
    expect(norms).toEqual(body.norms);
    expect(norms.linf).toBe(6);
    expect(shown).toEqual(
      Buffer.from(perturbationOf(attacked as Uint8Array, clean as Uint8Array, body.pictures.amplification)),
    );
    expect(body.before).toHaveLength(3);
    expect(body.success).toBe(body.before[0].id !== body.after[0].id);
    expect(Object.keys(body.timings).sort()).toEqual(['attack', 'decode', 'embed', 'search', 'total']);
  });

  it('shows a picture that finds, when searched for, what the probe says it finds', async () => {
    const { app } = await filled(6);
    const probe = await request(app)
      .post('/probes')
      .attach('image', await png('q'), 'a.png')
      .field({ attack: 'es', k: '3' });
    const picture = Buffer.from(probe.body.pictures.attacked.split(',')[1], 'base64');
    const search = await request(app).post('/search?k=3&robustness=none').attach('image', picture, 'a.png');
    expect(search.body.results).toEqual(probe.body.after);
  });

  it('changes nothing at epsilon 0', async () => {
    const { app } = await filled(4);
    const { body } = await request(app)
      .post('/probes')
      .attach('image', await png('q'), 'a.png')
      .field({ attack: 'es', epsilon: '0' });
    expect(body).toMatchObject({ success: false, norms: { linf: 0, l2: 0 } });
    expect(body.after).toEqual(body.before);
  });

  it('takes the first result for qa-, a middling one for qa+, or the one that is named', async () => {
    const { app } = await filled(5);
    const probe = async (fields: Record<string, string>) =>
      (
        await request(app)
          .post('/probes')
          .attach('image', await png('q'), 'a.png')
          .field({ epsilon: '0', k: '2', ...fields })
      ).body;
    const minus = await probe({ attack: 'qa-' });
    expect(minus.candidate).toMatchObject({ id: minus.before[0].id, before: { rank: 1 }, after: { rank: 1 } });
    expect(minus.success).toBe(false);
    const plus = await probe({ attack: 'qa+' });
    expect(plus.candidate.before).toMatchObject({ rank: null });
    expect(plus.success).toBe(false);
    const named = await probe({ attack: 'qa+', candidate: minus.before[0].id });
    // It was in the list before: nothing has come of the attack.
    expect(named).toMatchObject({ success: false, candidate: { id: minus.before[0].id } });
    expect(named.candidate.before.distance).toBeCloseTo(minus.before[0].distance, 5);
  });

  it('needs a candidate, and so a record', async () => {
    const { app } = testApp();
    const send = async (attack: string) =>
      request(app)
        .post('/probes')
        .attach('image', await png('q'), 'a.png')
        .field({ attack });
    expect((await send('qa+')).body.error.code).toBe('REQUEST_INVALID');
    expect((await send('es')).body).toMatchObject({ before: [], after: [], success: false });
  });

  it('stops when the client hangs up', async () => {
    const whole = fakeModel();
    let steps = 0;
    const slow = fakeModel({
      attackStep: async (...call) => {
        steps += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
        return whole.attackStep(...call);
      },
    });
    const { app } = await filled(2, { model: slow });
    const sent = request(app)
      .post('/probes')
      .attach('image', await png('q'), 'a.png')
      .field({ attack: 'es', steps: '100' });
    await expect(sent.timeout(200)).rejects.toThrow(/[Tt]imeout/);
    const taken = steps;
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(taken).toBeGreaterThan(0);
    expect(steps).toBeLessThanOrEqual(taken + 1);
  });
});
