import { describe, expect, it } from 'vitest';
import { endpoints } from '../../../server/routes/index.ts';

describe('the endpoints while another model takes over', () => {
  it('that change pictures wait for it', () => {
    const changing = endpoints.filter(({ method, path }) => method !== 'GET' && path.startsWith('/images'));
    expect(changing.length).toBeGreaterThan(1);
    for (const { method, path, changesGallery } of changing) {
      expect([method, path, changesGallery]).toEqual([method, path, true]);
    }
  });
});
