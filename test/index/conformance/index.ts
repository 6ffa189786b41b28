import { describe } from 'vitest';
import { copies } from './copies.ts';
import { model } from './model.ts';
import { opening } from './opening.ts';
import { reading } from './reading.ts';
import { refusals } from './refusals.ts';
import { searching } from './searching.ts';
import type { Place } from './types.ts';
import { writing } from './writing.ts';

/** What every implementation of `Gallery` must do. @param newPlace gives out an empty place. */
export function galleryConformance(newPlace: () => Place): void {
  describe('writing', () => writing(newPlace));
  describe('reading', () => reading(newPlace));
  describe('searching', () => searching(newPlace));
  describe('searching a crowd', () => copies(newPlace));
  describe('refusing', () => refusals(newPlace));
  describe('opening', () => opening(newPlace));
  describe('a long life', () => model(newPlace));
}
