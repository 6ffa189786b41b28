export { nearestRows, type RetrievalMetrics, rankQuery, retrieval } from './retrieval.ts';
