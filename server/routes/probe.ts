import type { RequestHandler } from 'express';
import { z } from 'zod';
import { amplificationFor, normsOf, perturbationOf, toDataUrl } from '../../attack/pictures.ts';
import { clientGone } from '../http/abort.ts';
import type { Endpoint, Tools } from '../http/endpoint.ts';
import { listOf, readFields, recordId, wholeNumber } from '../http/fields.ts';
import { startStopwatch } from '../http/stopwatch.ts';
import { uploadedFile } from '../http/upload.ts';
import type { Lifecycle } from '../lifecycle.ts';
import { attackNames } from '../model/types.ts';
import { readPixels } from '../picture.ts';
import { probeAttacks } from '../probe/attacks/index.ts';
import { checkCost } from '../probe/cost.ts';
import { type ProbedAttack, runProbe } from '../probe/probe.ts';
import { imagePath, resultSchema, timingsSchema, toResults } from '../results.ts';

const named = attackNames.filter((name) => probeAttacks[name].named);

const fields = z
  .strictObject({
    attacks: listOf(attackNames),
    epsilon: wholeNumber(0, 32).default(8),
    steps: wholeNumber(1, 100).default(32),
    k: wholeNumber(1, 100).default(10),
    candidate: recordId().optional(),
  })
  .refine(({ attacks, candidate }) => candidate === undefined || attacks.some((name) => probeAttacks[name].named), {
    path: ['candidate'],
    message: `can be named for ${named.join(', ')} only`,
  });

const standing = z.strictObject({ rank: z.int().min(1).nullable(), distance: z.number() });
const picture = z.string().describe('a PNG as a data URL');
const answer = z.strictObject({
  model: z.string(),
  epsilon: z.number(),
  before: z.array(resultSchema),
  pictures: z.strictObject({ size: z.int(), amplification: z.int(), clean: picture }),
  attacks: z.array(
    z.strictObject({
      attack: z.enum(attackNames),
      success: z.boolean(),
      steps: z.int(),
      queries: z.int().describe('forward passes through the model'),
      norms: z.strictObject({ linf: z.number().describe('in 1/255'), l2: z.number() }),
      candidate: z
        .strictObject({
          id: z.string(),
          label: z.string().nullable(),
          thumbnail: z.string(),
          before: standing,
          after: standing,
        })
        .nullable(),
      pictures: z.strictObject({ attacked: picture, perturbation: picture }),
      after: z.array(resultSchema),
    }),
  ),
  timings: timingsSchema,
});

function probe(lifecycle: Lifecycle, { metrics, tracing, probeCost }: Tools): RequestHandler {
  return async (request, response) => {
    const watch = startStopwatch();
    const services = lifecycle.services();
    const { manifest } = services;
    const { size } = manifest.preprocessing;
    const asked = readFields(fields, request);
    checkCost(asked.attacks.length * asked.steps, probeCost);
    const signal = clientGone(request, response);

    const timings: Record<string, number> = {};
    const pixels = await readPixels(uploadedFile(request), manifest.preprocessing);
    timings.decode = watch.lap();
    const { before, attacks } = await runProbe(pixels, asked, services, signal, (phase) => {
      timings[phase] = watch.lap();
    });
    const amplification = amplificationFor(asked.epsilon);
    const shown = await Promise.all(attacks.map((one) => describe(one, pixels, size, amplification)));
    const clean = await toDataUrl(pixels, size);
    timings.total = watch.total();
    metrics.stages('/probes', timings);
    tracing.stages(response, timings);
    response.json({
      model: manifest.version,
      epsilon: asked.epsilon,
      before: toResults(before),
      pictures: { size, amplification, clean },
      attacks: shown,
      timings,
    });
  };
}

/** `POST /probes`: attacks a query through the served model and shows what changed. */
export const probeEndpoint: Endpoint = {
  method: 'POST',
  path: '/probes',
  summary: 'Attacks a query and shows what changed.',
  body: 'picture',
  fields,
  answer: { status: 200, description: 'pictures, rankings before and after, success of each attack', json: answer },
  errors: ['RECORD_UNKNOWN', 'VECTOR_INVALID', 'COST_EXCEEDED'],
  cost: 10,
  surcharge(request) {
    const { attacks, steps } = readFields(fields, request);
    return attacks.length * steps;
  },
  handler: probe,
};

async function describe(
  { attack, attacked, success, candidate, standings, after }: ProbedAttack,
  clean: Uint8Array,
  size: number,
  amplification: number,
) {
  const change = perturbationOf(attacked.pixels, clean, amplification);
  const [shown, perturbation] = await Promise.all([attacked.pixels, change].map((each) => toDataUrl(each, size)));
  const { steps, queries } = attacked;
  return {
    ...{ attack, success, steps, queries },
    norms: normsOf(attacked.pixels, clean),
    candidate:
      candidate === undefined || standings === undefined
        ? null
        : { id: candidate.id, label: candidate.label, thumbnail: imagePath(candidate.id), ...standings },
    pictures: { attacked: shown, perturbation },
    after: toResults(after),
  };
}
