import { describe, it } from 'vitest';
import { expectAgreement } from './agreement.ts';
import { imageCases } from './cases/images.ts';
import { expectSlopes } from './slopes.ts';

describe('the lowerings of images', () => {
  it.each(imageCases)('agree with eager TF.js in value and gradient: $name', (test) => expectAgreement(test, 5e-5));

  it.each(imageCases)('have the slope that differences show: $name', expectSlopes);
});
