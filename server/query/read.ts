import type { Request } from 'express';
import { z } from 'zod';
import { HoldfastError } from '../../base/errors.ts';
import type { Filter } from '../../index/types.ts';
import { decimal, filterField, flag, oneOf, readFields, wholeNumber } from '../http/fields.ts';
import { parseJson } from '../http/json.ts';
import { isJson, readJson } from '../http/json-body.ts';
import { uploadedFile } from '../http/upload.ts';
import { type SurvivalRequest, survivalCost, survivalRequest } from '../probe/survival.ts';
import { type RobustnessName, robustnessNames } from '../robustness.ts';
import { examplesOf, searchBody } from './body.ts';
import { cropField } from './crop.ts';
import type { Example } from './example.ts';
import { type IncludeName, includeField } from './include.ts';

/** What a search asks for, however it was written. */
export interface SearchRequest {
  readonly examples: readonly Example[];
  /** The version that its vectors are of, where that was said. */
  readonly model?: string | undefined;
  readonly k: number;
  readonly robustness: RobustnessName;
  /** The attacks of the robustness `probe`; undefined for any other. */
  readonly probe?: SurvivalRequest | undefined;
  readonly exact: boolean;
  readonly ef?: number | undefined;
  readonly filter?: Filter | undefined;
  readonly minScore: number;
  readonly include: readonly IncludeName[];
}

/** The fields of a form. */
export const searchFields = z.strictObject({
  k: wholeNumber(1, 100).default(10),
  robustness: oneOf(robustnessNames).default('margin'),
  probe: probeField().optional(),
  exact: flag().default(false),
  ef: wholeNumber(1, 10_000).optional(),
  filter: filterField().optional(),
  minScore: decimal(-1, 1).default(-1),
  crop: cropField().optional(),
  include: includeField().default([]),
});

/**
 * A search from a form with a picture, or from JSON.
 * @throws HoldfastError REQUEST_INVALID, IMAGE_MISSING
 */
export function readSearch(request: Request): SearchRequest {
  if (isJson(request)) {
    const body = readJson(searchBody, request);
    return withMethod({ ...body, examples: examplesOf(body) });
  }
  const fields = readFields(searchFields, request);
  const source = { image: uploadedFile(request) };
  return withMethod({ ...fields, examples: [{ source, crop: fields.crop, weight: 1 }] });
}

/** An estimate is of a change of the query's pixels, so it needs one query: one picture for the gradient. */
function withMethod(
  asked: Omit<SearchRequest, 'robustness'> & { readonly robustness?: SearchRequest['robustness'] | undefined },
): SearchRequest {
  const [first, ...others] = asked.examples;
  const alone = others.length === 0 && (first?.weight ?? 0) > 0;
  const robustness = asked.robustness ?? (alone ? 'margin' : 'none');
  if (robustness !== 'none' && !alone) {
    throw new HoldfastError('REQUEST_INVALID', 'robustness: is estimated for a single example of positive weight');
  }
  if ((robustness === 'gradient' || robustness === 'probe') && first !== undefined && 'vector' in first.source) {
    throw new HoldfastError('REQUEST_INVALID', `robustness: ${robustness} needs a picture, not a vector`);
  }
  if (asked.include.includes('suspicion') && (!alone || (first !== undefined && 'vector' in first.source))) {
    throw new HoldfastError('REQUEST_INVALID', 'include: suspicion is of a single picture of positive weight');
  }
  if (robustness === 'probe') return { ...asked, robustness, probe: asked.probe ?? survivalRequest.parse({}) };
  if (asked.probe !== undefined) throw new HoldfastError('REQUEST_INVALID', 'probe: goes with the robustness probe');
  return { ...asked, robustness };
}

/** The attacks of a form, as JSON. */
function probeField() {
  return z
    .string({ error: 'must be given once' })
    .transform((text, context) => {
      const json = parseJson(text);
      if (json === undefined) context.addIssue({ code: 'custom', message: 'must be JSON' });
      return json ?? z.NEVER;
    })
    .pipe(survivalRequest)
    .meta({ type: 'string', contentMediaType: 'application/json' });
}

/** What is looked at for the cost alone; what is wrong is refused later. */
const costs = z.looseObject({
  robustness: z.unknown().optional(),
  url: z.unknown().optional(),
  examples: z
    .array(z.looseObject({ url: z.unknown().optional() }).catch({}))
    .optional()
    .catch([]),
  include: z
    .union([z.string().transform((text) => text.split(',')), z.array(z.unknown())])
    .optional()
    .catch([]),
});

/** Points beside those of a plain search: 10 for the gradient or the suspicion, 1 for each step that attacks may take, 5 for each further example, 5 where a URL is fetched. */
export function searchSurcharge(request: Request): number {
  const form: object = request.body ?? {};
  const { robustness, url, examples = [], include = [] } = costs.parse({ ...request.query, ...form });
  const estimates = (robustness === 'gradient' ? 10 : 0) + (include.includes('suspicion') ? 10 : 0);
  const { probe, k } = robustness === 'probe' ? readSearch(request) : { probe: undefined, k: 0 };
  const steps = probe === undefined ? 0 : survivalCost(probe, k);
  const fetches = url !== undefined || examples.some((example) => example.url !== undefined);
  return steps + estimates + 5 * Math.max(0, examples.length - 1) + (fetches ? 5 : 0);
}
