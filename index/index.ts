export { combineQueries } from './combine.ts';
export { ExactIndex } from './exact.ts';
export { matchesFilter, parseFilter } from './filter/index.ts';
export { openGallery } from './gallery.ts';
export { scoreOf, scoresAtLeast } from './score.ts';
