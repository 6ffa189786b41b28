import type { z } from 'zod';

/** Everything that is wrong with a value, each with its place. */
export function problemsOf({ issues }: z.ZodError): string {
  const problems = issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`));
  return problems.join('; ');
}
