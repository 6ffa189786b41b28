/** What a search is measured by. */
export { batchMean, countedMean } from './batch-mean.ts';
export { NONE, nearest, nearestFew, positionOf } from './order.ts';
export { type RankedQuery, rankQuery } from './rank.ts';
export { nearestRows, type RetrievalMetrics, retrieval, summarise } from './retrieval.ts';
