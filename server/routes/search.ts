import type { RequestHandler } from 'express';
import { z } from 'zod';
import { scoresAtLeast } from '../../index/index.ts';
import { clientGone } from '../http/abort.ts';
import type { Endpoint, Tools } from '../http/endpoint.ts';
import { sendJson } from '../http/send-json.ts';
import { startStopwatch } from '../http/stopwatch.ts';
import type { Lifecycle } from '../lifecycle.ts';
import { checkCost } from '../probe/cost.ts';
import type { ListOf } from '../probe/scene.ts';
import { survivalCost } from '../probe/survival.ts';
import { describeQuery, querySchema } from '../query/answer.ts';
import { searchBody } from '../query/body.ts';
import { protocolOf, protocolSchema } from '../query/protocol.ts';
import { readSearch, searchFields, searchSurcharge } from '../query/read.ts';
import { combineExamples, readExamples, refuseOtherModel } from '../query/resolve.ts';
import { resultSchema, timingsSchema, toResults } from '../results.ts';
import { estimateRobustness, probeRobustness } from '../robustness.ts';

const vector = z.array(z.number());
const answer = z.strictObject({
  model: z.string(),
  generation: z.int().min(-1).describe('writes that the graph covers; later ones are scanned'),
  protocol: protocolSchema,
  query: querySchema.optional().describe('what was asked for of the query itself'),
  results: z.array(resultSchema.unwrap().extend({ vector: vector.optional() })),
  timings: timingsSchema,
});

function search(lifecycle: Lifecycle, { metrics, tracing, fetchPicture, suspicion, probeCost }: Tools): RequestHandler {
  return async (request, response) => {
    const watch = startStopwatch();
    const services = lifecycle.services();
    const { manifest, gallery } = services;
    const { examples, model, k, robustness: method, probe, minScore, include, exact, ef, filter } = readSearch(request);
    refuseOtherModel(model, manifest);
    if (probe !== undefined) checkCost(survivalCost(probe, k), probeCost);
    const signal = clientGone(request, response);

    const needsPixels = method === 'gradient' || method === 'probe' || include.includes('suspicion');
    const read = await readExamples(examples, services, fetchPicture, { pixels: needsPixels, signal });
    const decode = watch.lap();
    const calibration = include.includes('suspicion') ? suspicion.calibrationOf(services) : undefined;
    const combined = await combineExamples(read, services, calibration !== undefined, signal);
    const { vector: query, pixels } = combined;
    const embed = watch.lap();
    const protocol = protocolOf({ robustness: method, k, probe });
    const near = { exact, ef, filter };
    const found = await gallery.find(query, { k, behind: protocol.behind, ...near });
    const searching = watch.lap();
    const hits = found.hits.filter(({ distance }) => scoresAtLeast(distance, minScore));
    const neighbours = [...found.hits.map(({ vector }) => vector), ...found.behind];
    const ranking = { query, pixels, neighbours, places: k, results: hits.length };
    const listOf: ListOf = (vector, length) => gallery.search(vector, { k: length, ...near });
    const attacked = probe && pixels && { query, pixels, hits, k };
    const estimates =
      method === 'none'
        ? undefined
        : method === 'probe'
          ? attacked && (await probeRobustness(attacked, probe, listOf, services, signal))
          : await estimateRobustness(method, ranking, services, { signal });
    const timings = { decode, embed, search: searching, robustness: watch.lap(), total: watch.total() };
    metrics.stages('/search', timings);
    tracing.stages(response, timings);
    const results = toResults(hits, estimates).map((result, i) => {
      const own = hits[i]?.vector;
      return include.includes('vector') && own !== undefined ? { ...result, vector: [...own] } : result;
    });
    const asked = describeQuery(include, combined, calibration);
    metrics.suspicion(asked?.suspicion);
    const { generation } = found;
    sendJson(response, { model: manifest.version, generation, protocol, query: asked, results, timings });
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
  errors: ['VECTOR_INVALID', 'MODEL_MISMATCH', 'RECORD_UNKNOWN', 'URL_REFUSED', 'URL_UNREACHABLE', 'COST_EXCEEDED'],
  cost: 5,
  surcharge: searchSurcharge,
  handler: search,
};
