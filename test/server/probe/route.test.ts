import type { Express } from 'express';
import sharp from 'sharp';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { normsOf, perturbationOf } from '../../../attack/pictures.ts';
import { testApp } from '../support/app.ts';
import { fakeModel } from '../support/model.ts';
import { png } from '../support/pictures.ts';

/** The answer of a probe, and its first attack. */
async function probe(app: Express, fields: Record<string, string>) {
  const { status, body } = await request(app)
    .post('/probes')
    .attach('image', await png('q'), 'a.png')
    .field(fields);
  return { status, body, first: body.attacks?.[0] };
}

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
    const { status, body, first } = await probe(app, { attacks: 'es', epsilon: '6', steps: '10', k: '3' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ model: 'test-1', epsilon: 6 });
    expect(first).toMatchObject({ attack: 'es', steps: 10, queries: 10, candidate: null });
    const [clean, attacked, shown] = await Promise.all(
      [body.pictures.clean, first.pictures.attacked, first.pictures.perturbation].map(pixelsOf),
    );
    const norms = normsOf(attacked as Uint8Array, clean as Uint8Array);
    expect(norms).toEqual(first.norms);
    expect(norms.linf).toBe(6);
    expect(shown).toEqual(
      Buffer.from(perturbationOf(attacked as Uint8Array, clean as Uint8Array, body.pictures.amplification)),
    );
    expect(body.before).toHaveLength(3);
    expect(first.success).toBe(body.before[0].id !== first.after[0].id);
    expect(Object.keys(body.timings).sort()).toEqual(['attack', 'decode', 'embed', 'total']);
  });

  it('makes several attacks, each from the picture as it is', async () => {
    const { app } = await filled(6);
    const fields = { epsilon: '6', steps: '4', k: '3' };
    const { body } = await probe(app, { ...fields, attacks: 'gtm,es,qa+' });
    expect(body.attacks.map(({ attack }: { attack: string }) => attack)).toEqual(['gtm', 'es', 'qa+']);
    for (const one of body.attacks) {
      const { first } = await probe(app, { ...fields, attacks: one.attack });
      expect(one).toEqual(first);
    }
  });

  it('shows a picture that finds, when searched for, what the probe says it finds', async () => {
    const { app } = await filled(6);
    const { first } = await probe(app, { attacks: 'es', k: '3' });
    const picture = Buffer.from(first.pictures.attacked.split(',')[1], 'base64');
    const search = await request(app).post('/search?k=3&robustness=none').attach('image', picture, 'a.png');
    expect(search.body.results).toEqual(first.after);
  });

  it('changes nothing at epsilon 0, whatever the attack', async () => {
    const { app } = await filled(6);
    const { body } = await probe(app, { attacks: 'es,qa+,qa-,ca+,ca-,tma,ltm,gtm,gtt', epsilon: '0', steps: '1' });
    expect(body.attacks).toHaveLength(9);
    for (const { success, norms, after, candidate } of body.attacks) {
      expect({ success, norms, after }).toEqual({ success: false, norms: { linf: 0, l2: 0 }, after: body.before });
      expect(candidate?.after).toEqual(candidate?.before);
    }
  });

  it('takes the first result for qa-, a middling one for qa+, or the one that is named', async () => {
    const { app } = await filled(5);
    const fields = { epsilon: '0', k: '2' };
    const { body, first: minus } = await probe(app, { ...fields, attacks: 'qa-' });
    expect(minus.candidate).toMatchObject({ id: body.before[0].id, before: { rank: 1 }, after: { rank: 1 } });
    const { first: plus } = await probe(app, { ...fields, attacks: 'qa+' });
    expect(plus.candidate.before).toMatchObject({ rank: null });
    const { body: named } = await probe(app, { ...fields, attacks: 'qa+,gtt,tma', candidate: body.before[1].id });
    const ids = named.attacks.map(({ candidate }: { candidate: { id: string } }) => candidate.id);
    // What an attack picks by its own rule cannot be named.
    expect(ids).toEqual([body.before[1].id, body.before[0].id, body.before[1].id]);
    // It was in the list before: nothing has come of the attack.
    expect(named.attacks[0].success).toBe(false);
    expect(named.attacks[0].candidate.before.distance).toBeCloseTo(body.before[1].distance, 5);
  });

  it('needs a candidate, and so a record', async () => {
    const { app } = testApp();
    for (const attacks of ['qa+', 'gtm', 'es,gtt'])
      expect((await probe(app, { attacks })).body.error.code).toBe('REQUEST_INVALID');
    const { body, first } = await probe(app, { attacks: 'es' });
    expect([body.before, first.after, first.success]).toEqual([[], [], false]);
  });

  it('refuses what would take more steps than a request may', async () => {
    const { app } = await filled(1, { probeCost: 40 });
    const { status, body } = await probe(app, { attacks: 'es,qa-', steps: '21' });
    expect([status, body.error.code]).toEqual([422, 'COST_EXCEEDED']);
    expect(body.error.message).toMatch(/42 steps .* may take 40/);
    expect((await probe(app, { attacks: 'es,qa-', steps: '20' })).status).toBe(200);
  });

  it('stops when the client hangs up', async () => {
    const whole = fakeModel();
    let steps = 0;
    const slow = fakeModel({
      attackStep: async (...call) => {
        steps += 1;
        if (steps === 3) sent.abort();
        await new Promise((resolve) => setTimeout(resolve, 20));
        return whole.attackStep(...call);
      },
    });
    const { app } = await filled(2, { model: slow });
    const sent = request(app)
      .post('/probes')
      .attach('image', await png('q'), 'a.png')
      .field({ attacks: 'es,qa-', steps: '100' });
    await expect(sent).rejects.toThrow(/[Aa]bort/);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect([3, 4]).toContain(steps);
  });
});
