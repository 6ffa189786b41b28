import type { RequestHandler } from 'express';
import { z } from 'zod';
import { CHALLENGERS_BEHIND } from '../../attack/challengers.ts';
import { scoreOf } from '../../index/index.ts';
import { clientGone } from '../http/abort.ts';
import type { Endpoint, Tools } from '../http/endpoint.ts';
import { startStopwatch } from '../http/stopwatch.ts';
import type { Lifecycle } from '../lifecycle.ts';
import { describeQuery, querySchema } from '../query/answer.ts';
import { searchBody } from '../query/body.ts';
import { readSearch, searchFields, searchSurcharge } from '../query/read.ts';
import { combineExamples, readExamples } from '../query/resolve.ts';
import { resultSchema, timingsSchema, toResults } from '../results.ts';
import { estimateRobustness } from '../robustness.ts';

const vector = z.array(z.number());
const answer = z.strictObject({
  model: z.string(),
  query: querySchema.optional().describe('what was asked for of the query itself'),
  results: z.array(resultSchema.unwrap().extend({ vector: vector.optional() })),
  timings: timingsSchema,
});

function search(lifecycle: Lifecycle, { metrics, tracing, fetchPicture, suspicion }: Tools): RequestHandler {
  return async (request, response) => {
    const watch = startStopwatch();
    const services = lifecycle.services();
    const { manifest, gallery } = services;
    const { examples, k, robustness: method, minScore, include, exact, ef, filter } = readSearch(request);
    const signal = clientGone(request, response);

    const read = await readExamples(examples, services, fetchPicture, signal);
    const decode = watch.lap();
    const calibration = include.includes('suspicion') ? suspicion.calibrationOf(services) : undefined;
    const combined = await combineExamples(read, services, calibration !== undefined, signal);
    const { vector: query, pixels } = combined;
    const embed = watch.lap();
    // More than asked for: the candidates outside the list are what could displace a result.
    const behind = method === 'none' ? 0 : CHALLENGERS_BEHIND;
    const found = await gallery.search(query, { k: k + behind, exact, ef, filter });
    const searching = watch.lap();
    const hits = found.slice(0, k).filter(({ distance }) => scoreOf(distance) >= minScore);
    const ranking = { query, pixels, neighbours: found.map(({ vector }) => vector), places: k, results: hits.length };
    const estimates = method === 'none' ? undefined : await estimateRobustness(method, ranking, services, { signal });
    const timings = { decode, embed, search: searching, robustness: watch.lap(), total: watch.total() };
    metrics.stages('/search', timings);
    tracing.stages(response, timings);
    const results = toResults(hits, estimates).map((result, i) => {
      const own = hits[i]?.vector;
      return include.includes('vector') && own !== undefined ? { ...result, vector: [...own] } : result;
    });
    const asked = describeQuery(include, combined, calibration);
    metrics.suspicion(asked?.suspicion);
    response.json({ model: manifest.version, query: asked, results, timings });
  };
}

/** `POST /search`: the nearest pictures of the gallery, each with its robustness. */
export const searchEndpoint: Endpoint = {
  method: 'POST',
  path: '/search',
  summary: 'The nearest pictures of the gallery, each with its robustness.',
  body: 'picture',
  fields: searchFields,
  json: searchBody,
  answer: { status: 200, description: 'results, nearest first', json: answer },
  errors: ['VECTOR_INVALID', 'RECORD_UNKNOWN', 'URL_REFUSED', 'URL_UNREACHABLE'],
  cost: 5,
  surcharge: searchSurcharge,
  handler: search,
};
