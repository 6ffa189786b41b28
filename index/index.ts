export { ExactIndex } from './exact.ts';
export { openGallery } from './gallery.ts';
