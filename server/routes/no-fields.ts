import { z } from 'zod';

/** The fields of a route that takes none. */
export const noFields = z.strictObject({});
