import { describe, expect, it } from 'vitest';
import { costOf, galleryRequest } from '../../../audit/gallery/request.ts';

const cost = (asked: object): number => costOf(galleryRequest.parse(asked));

describe('the cost of an audit of a gallery', () => {
  it('is steps x restarts x images that are attacked', () => {
    expect(cost({ steps: 10, restarts: 3, queries: 20 })).toBe(600);
    expect(cost({ steps: 10, queries: 500, images: 40 })).toBe(400);
  });

  it('is that of the profile where nothing is said: a first impression of 128 queries, or all images', () => {
    expect(cost({})).toBe(8 * 128);
    expect(cost({ images: 100 })).toBe(8 * 100);
    expect(cost({ profile: 'rob224', images: 250 })).toBe(32 * 250);
    expect(cost({ profile: 'rob28', queries: 10 })).toBe(320);
  });
});

describe('what an audit of a gallery is asked for', () => {
  it.each([
    ['images', 3],
    ['images', 1e9],
    ['steps', 0],
    ['steps', 1.5],
    ['restarts', 0],
    ['epsilon', 0],
    ['epsilon', 256],
    ['profile', 'rob7'],
    ['protocol', 'none'],
    ['sample', 0],
    ['blackBox', 1],
    ['model', ''],
    ['output', '/etc'],
  ])('is refused with %s of %s', (name, value) => {
    expect(galleryRequest.safeParse({ [name]: value }).success).toBe(false);
  });
});
