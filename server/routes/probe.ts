import type { RequestHandler } from 'express';
import { z } from 'zod';
import { amplificationFor, normsOf, perturbationOf, toDataUrl } from '../../attack/pictures.ts';
import { clientGone } from '../http/abort.ts';
import type { Endpoint, Tools } from '../http/endpoint.ts';
import { oneOf, readFields, recordId, wholeNumber } from '../http/fields.ts';
import { startStopwatch } from '../http/stopwatch.ts';
import { uploadedFile } from '../http/upload.ts';
import type { Lifecycle } from '../lifecycle.ts';
import { attackNames } from '../model/types.ts';
import { readPicture } from '../picture.ts';
import { type ProbeOutcome, runProbe } from '../probe/probe.ts';
import { distance } from '../probe/target.ts';
import { imagePath, resultSchema, timingsSchema, toResults } from '../results.ts';

const fields = z
  .strictObject({
    attack: oneOf(attackNames),
    epsilon: wholeNumber(0, 32).default(8),
    steps: wholeNumber(1, 100).default(32),
    k: wholeNumber(1, 100).default(10),
    candidate: recordId().optional(),
  })
  .refine(({ attack, candidate }) => attack !== 'es' || candidate === undefined, {
    path: ['candidate'],
    message: 'attack es has no candidate',
  });

const standing = z.strictObject({ rank: z.int().min(1).nullable(), distance: z.number() });
const picture = z.string().describe('a PNG as a data URL');
const answer = z.strictObject({
  model: z.string(),
  attack: z.enum(attackNames),
  epsilon: z.number(),
  steps: z.int(),
  success: z.boolean(),
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
  pictures: z.strictObject({
    size: z.int(),
    amplification: z.int(),
    clean: picture,
    attacked: picture,
    perturbation: picture,
  }),
  before: z.array(resultSchema),
  after: z.array(resultSchema),
  timings: timingsSchema,
});

function probe(lifecycle: Lifecycle, { metrics, tracing }: Tools): RequestHandler {
  return async (request, response) => {
    const watch = startStopwatch();
    const services = lifecycle.services();
    const { manifest } = services;
    const { size } = manifest.preprocessing;
    const asked = readFields(fields, request);
    const signal = clientGone(request, response);

    const timings: Record<string, number> = {};
    const { pixels } = await readPicture(uploadedFile(request), manifest.preprocessing);
    timings.decode = watch.lap();
    const outcome = await runProbe(pixels, asked, services, signal, (phase) => {
      timings[phase] = watch.lap();
    });
    const { attacked, before, after, success, queries, steps } = outcome;
    const amplification = amplificationFor(asked.epsilon);
    const [clean, shown, perturbation] = await Promise.all(
      [pixels, attacked, perturbationOf(attacked, pixels, amplification)].map((picture) => toDataUrl(picture, size)),
    );
    timings.total = watch.total();
    metrics.stages('/probes', timings);
    tracing.stages(response, timings);
    response.json({
      model: manifest.version,
      attack: asked.attack,
      epsilon: asked.epsilon,
      steps,
      success,
      queries,
      norms: normsOf(attacked, pixels),
      candidate: describeCandidate(outcome),
      pictures: { size, amplification, clean, attacked: shown, perturbation },
      before: toResults(before),
      after: toResults(after),
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
  answer: { status: 200, description: 'pictures, rankings before and after, success', json: answer },
  errors: ['RECORD_UNKNOWN', 'VECTOR_INVALID'],
  cost: 10,
  surcharge: (request) => readFields(fields, request).steps,
  handler: probe,
};

/** Where the candidate stood in the two lists; null for attacks without one. */
function describeCandidate({ candidate, before, after, query, attackedQuery }: ProbeOutcome) {
  if (candidate === undefined) return null;
  const { id, label, vector } = candidate;
  const place = (list: ProbeOutcome['before'], from: Float32Array) => {
    const position = list.findIndex((hit) => hit.id === id);
    return { rank: position < 0 ? null : position + 1, distance: distance(from, vector) };
  };
  return { id, label, thumbnail: imagePath(id), before: place(before, query), after: place(after, attackedQuery) };
}
