import { describe, expect, it } from 'vitest';
import { createPace } from '../../server/pace.ts';

describe('the pace of a queue', () => {
  it('is a second before anything was answered, and never less', () => {
    const pace = createPace();
    expect(pace.secondsFor(1000)).toBe(1);
    pace.took(8, 1);
    expect(pace.secondsFor(10)).toBe(1);
  });

  it('follows how long answers take', () => {
    const pace = createPace();
    for (let i = 0; i < 100; i++) pace.took(1, 50);
    expect(pace.secondsFor(100)).toBe(5);
    expect(pace.secondsFor(101)).toBe(6);
    for (let i = 0; i < 100; i++) pace.took(1, 10);
    expect(pace.secondsFor(250)).toBe(3);
  });

  it('counts a batch as its answers', () => {
    const [one, other] = [createPace(), createPace()];
    for (const pace of [one, other]) pace.took(1, 1000);
    for (let i = 0; i < 8; i++) one.took(1, 100);
    other.took(8, 800);
    for (const count of [3, 30, 90]) expect(other.secondsFor(count)).toBe(one.secondsFor(count));
  });

  it('never asks for more than a minute', () => {
    const pace = createPace();
    pace.took(1, 30_000);
    expect(pace.secondsFor(256)).toBe(60);
  });
});
