import { z } from 'zod';
import { ofEach } from '../attack/suite/scores.ts';
import { recallAttacks } from './evidence.ts';
import type { AuditReport } from './types.ts';
import { verdictIds } from './verdict-titles.ts';

/** JSON has no NaN: it is written as null, and there is no value. */
const figure = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);
const count = z.int().min(0);
const share = z.number().min(0).max(1);
const text = z.string().min(1);
const hash = z.string().regex(/^[0-9a-f]{64}$/, 'not a SHA-256 in lower-case hex');
const picture = z.string().regex(/^data:image\/png;base64,[A-Za-z0-9+/]+=*$/, 'not a PNG as a data URL');

const counts = z.array(count).readonly();
const figures = z.array(figure).readonly();
const attack = z.enum(recallAttacks);

const estimate = z.strictObject({ value: figure, low: figure, high: figure }).readonly();

const budget = z
  .strictObject({
    epsilon: z.number().min(0),
    alpha: z.number().min(0),
    steps: count,
    norm: z.enum(['linf', 'l2']).optional(),
    stepRule: z.enum(['fixed', 'apgd']).optional(),
    restarts: count.optional(),
    keepBest: z.boolean().optional(),
  })
  .readonly();

const verdict = z
  .strictObject({
    id: z.enum(verdictIds),
    state: z.enum(['holds', 'raised', 'unchecked']),
    claim: text,
    finding: text,
  })
  .readonly();

const recall = z.strictObject({ ES: figure, LTM: figure, GTM: figure, worst: figure }).readonly();
const curve = z.array(z.strictObject({ at: z.number().min(0), recall }).readonly()).readonly();
const rivalry = z
  .strictObject({ attack, white: figures, rival: figures, whiteHits: figures, rivalHits: figures })
  .readonly();
const rivalries = z.array(rivalry).readonly();
const gradients = z.strictObject({ attack, inputs: count, finite: count, nonZero: count }).readonly();
const rounded = z.strictObject({ attack, asComputed: figures, eightBits: figures, decoded: figures }).readonly();
const keepingTop = z
  .strictObject({
    attack: z.enum(['SPQA+', 'SPQA-']),
    before: figures,
    after: figures,
    keptBefore: figures,
    keptAfter: figures,
  })
  .readonly();
const scores = z
  .strictObject({ ers: figure, ars: figure, measures: z.strictObject(ofEach(() => figure)).readonly() })
  .readonly();

const evidence = z
  .strictObject({
    rows: counts,
    clean: figure,
    chance: figure,
    epsilon: z.number().min(0),
    steps: count,
    epsilonCurve: curve,
    stepsCurve: curve,
    scored: scores,
    bestIterate: scores,
    doubled: scores,
    noise: rivalries,
    square: rivalries,
    nes: rivalries,
    transfer: z.strictObject({ from: text, rivalries }).readonly().nullable(),
    gradients: z.array(gradients).readonly(),
    repeat: z.strictObject({ again: figure, alone: figure }).readonly(),
    rounding: z.array(rounded).readonly(),
    keepingTop: z.array(keepingTop).readonly(),
    twin: z.strictObject({ version: text, clean: figure, worst: figure }).readonly().nullable(),
  })
  .readonly();

const ranked = z
  .strictObject({ row: count, label: z.string(), distance: figure, picture, match: z.boolean() })
  .readonly();
const ranking = z.array(ranked).readonly();
const example = z
  .strictObject({
    row: count,
    label: z.string(),
    attack: text,
    clean: picture,
    attacked: picture,
    change: picture,
    before: ranking,
    after: ranking,
  })
  .readonly();
const examples = z.array(example).readonly();

const benign = z
  .strictObject({
    recallAt1: share,
    recallAt2: share,
    meanAveragePrecision: share,
    nmi: z.number().nullable(),
    inter: figure,
    intra: figure,
    entanglement: figure,
  })
  .readonly();

const setting = z
  .strictObject({
    profile: text,
    protocol: z.enum(['exact', 'robrank']),
    budget,
    seed: z.int(),
    blackBoxQueries: count,
    device: text,
  })
  .readonly();

/** `audit.json`. Unknown fields are refused: they come from a later version, and would be lost in silence. */
export const reportSchema = z
  .strictObject({
    format: z.literal(1),
    createdAt: z.iso.datetime(),
    model: z.strictObject({ version: text, backbone: text, sha256: hash }).readonly(),
    data: z
      .strictObject({
        name: text,
        split: z.enum(['test', 'validation', 'gallery']),
        images: count,
        classes: count,
        sha256: hash,
      })
      .readonly(),
    setting,
    threatModel: text,
    benign,
    measures: z.strictObject({ ...ofEach(() => estimate), 'R@1': estimate }).readonly(),
    ers: estimate,
    ars: estimate,
    verdicts: z.array(verdict).readonly(),
    evidence,
    examples: z.strictObject({ leastRobust: examples, mostRobust: examples }).readonly(),
    queries: counts,
    perQuery: z.strictObject({ ...ofEach(() => figures), 'R@1': figures }).readonly(),
  })
  .readonly() satisfies z.ZodType<AuditReport>;
