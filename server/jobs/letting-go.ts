import { LetGo } from './types.ts';

/** A signal that a lease is let go by: the first reason counts. */
export interface LettingGo {
  readonly signal: AbortSignal;
  readonly because: (why: LetGo['why']) => void;
  /** Stops to listen to the worker's end. */
  readonly detach: () => void;
}

/** @param ending of the worker: its jobs are handed back. */
export function lettingGo(ending: AbortSignal): LettingGo {
  const controller = new AbortController();
  const because = (why: LetGo['why']): void => controller.abort(new LetGo(why));
  const handBack = (): void => because('handed back');
  if (ending.aborted) handBack();
  ending.addEventListener('abort', handBack, { once: true });
  return { signal: controller.signal, because, detach: () => ending.removeEventListener('abort', handBack) };
}
