/** What a search is measured by. */
export { batchMean, countedMean } from './batch-mean.ts';
export { bootstrapDifference, bootstrapMean, interval, resampledMeans, significanceOf } from './bootstrap.ts';
export { classSizes, hasMatch } from './class-sizes.ts';
export { kMeans } from './k-means.ts';
export { normalisedMutualInformation } from './nmi.ts';
export { NONE, nearest, nearestFew, nearestWhere, positionOf } from './order.ts';
export { type RankedQuery, rankQuery } from './rank.ts';
export { type RetrievalMetrics, retrieval, summarise } from './retrieval.ts';
export { type ClassDistances, classDistances, type Separation, separation } from './separation.ts';
