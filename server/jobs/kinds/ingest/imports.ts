import { realpathSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { HoldfastError } from '../../../../base/errors.ts';

/**
 * The real path of a file or folder that must lie below the imports, links followed: whoever may give jobs shall not read
 * the rest of the machine by them.
 * @throws HoldfastError REQUEST_INVALID for one that does not or is not there; DATA_MISSING where there are no imports
 */
export function insideImports(imports: string, path: string): string {
  const root = real(imports);
  if (root === undefined) throw new HoldfastError('DATA_MISSING', `there is no folder ${imports} to ingest from`);
  const found = real(resolve(root, path));
  const within = found === undefined ? '..' : relative(root, found);
  if (found === undefined || within === '..' || within.startsWith(`..${sep}`)) {
    throw new HoldfastError('REQUEST_INVALID', `"${path}" is not below the folder of imports`);
  }
  return found;
}

function real(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
