import { HoldfastError } from '../../../base/errors.ts';
import type { Query } from './database.ts';

/*
 * Who may write to a gallery. Each has a **turn**, and only a server that opened it with this turn may write: who opened it before it
 * changed is refused, however late it comes. A gallery without a turn is closed to all.
 */

/** Undefined where there is no gallery of that name, null where it is closed. */
export async function turnOf(query: Query, name: string): Promise<number | null | undefined> {
  const [row] = await query<{ turn: number | null }>('SELECT turn FROM holdfast.galleries WHERE name = $1', [name]);
  return row?.turn;
}

/** Waits for writes that go on; those that come later are refused, but for who has this turn. */
export async function giveTurn(query: Query, name: string, turn: number | null): Promise<void> {
  await query('UPDATE holdfast.galleries SET turn = $2 WHERE name = $1', [name, turn]);
}

/** @throws HoldfastError GALLERY_CLOSED */
export function refuseOtherTurn(present: number | null, own: number | null): void {
  if (present !== null && present === own) return;
  throw new HoldfastError('GALLERY_CLOSED', 'another model version takes over from that of this gallery, or has');
}
