export { spc2 } from './spc2.ts';
