import type { RequestHandler } from 'express';
import { z } from 'zod';
import { CHALLENGERS_BEHIND } from '../../attack/challengers.ts';
import { scoreOf } from '../../index/index.ts';
import { clientGone } from '../http/abort.ts';
import type { Endpoint, Tools } from '../http/endpoint.ts';
import { decimal, filterField, flag, oneOf, readFields, wholeNumber } from '../http/fields.ts';
import { startStopwatch } from '../http/stopwatch.ts';
import { uploadedFile } from '../http/upload.ts';
import type { Lifecycle } from '../lifecycle.ts';
import { readPicture } from '../picture.ts';
import { resultSchema, timingsSchema, toResults } from '../results.ts';
import { estimateNames, estimateRobustness } from '../robustness.ts';

const fields = z.strictObject({
  k: wholeNumber(1, 100).default(10),
  robustness: oneOf(['none', ...estimateNames]).default('margin'),
  exact: flag().default(false),
  ef: wholeNumber(1, 10_000).optional(),
  filter: filterField().optional(),
  minScore: decimal(-1, 1).default(-1),
});

const answer = z.strictObject({ model: z.string(), results: z.array(resultSchema), timings: timingsSchema });

function search(lifecycle: Lifecycle, { metrics }: Tools): RequestHandler {
  return async (request, response) => {
    const watch = startStopwatch();
    const services = lifecycle.services();
    const { model, manifest, gallery } = services;
    const { k, robustness: method, minScore, ...how } = readFields(fields, request);
    const signal = clientGone(request, response);

    const { pixels } = await readPicture(uploadedFile(request), manifest.preprocessing);
    const decode = watch.lap();
    const [query = new Float32Array()] = await model.embed([pixels], { signal });
    const embed = watch.lap();
    // More than asked for: the candidates outside the list are what could displace a result.
    const behind = method === 'none' ? 0 : CHALLENGERS_BEHIND;
    const found = await gallery.search(query, { k: k + behind, ...how });
    const searching = watch.lap();
    const hits = found.slice(0, k).filter(({ distance }) => scoreOf(distance) >= minScore);
    const ranking = { query, pixels, neighbours: found.map(({ vector }) => vector), places: k, results: hits.length };
    const estimates = method === 'none' ? undefined : await estimateRobustness(method, ranking, services, { signal });
    const timings = { decode, embed, search: searching, robustness: watch.lap(), total: watch.total() };
    metrics.stages('/search', timings);
    response.json({ model: manifest.version, results: toResults(hits, estimates), timings });
  };
}

/** `POST /search`: the nearest pictures of the gallery, each with its robustness. */
export const searchEndpoint: Endpoint = {
  method: 'POST',
  path: '/search',
  summary: 'The nearest pictures of the gallery, each with its robustness.',
  body: 'picture',
  fields,
  answer: { status: 200, description: 'results, nearest first', json: answer },
  errors: ['VECTOR_INVALID'],
  cost: 5,
  surcharge: (request) => (readFields(fields, request).robustness === 'gradient' ? 10 : 0),
  handler: search,
};
