/** What went wrong, in the one shape of the server. */
export interface ErrorDetails {
  /** Stable: one of docs/api.md, or `UNREACHABLE` (no answer) or `UNEXPECTED_ANSWER` (not an answer of Holdfast). */
  readonly code: string;
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** An answer of the server that is an error, or the lack of an answer. */
export class HoldfastApiError extends Error implements ErrorDetails {
  readonly code: string;
  readonly remedy: string;
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** Seconds to wait before another try, where the server named them. */
  readonly retryAfter: number | undefined;

  constructor(status: number, details: ErrorDetails, options: { cause?: unknown; retryAfter?: number } = {}) {
    super(details.message, { cause: options.cause });
    this.name = 'HoldfastApiError';
    this.status = status;
    this.code = details.code;
    this.remedy = details.remedy;
    this.retryAfter = options.retryAfter;
  }
}

/** The error that an answer with a failing status stands for, whoever sent it: the server or something on the way. */
export async function errorOf(response: Response): Promise<HoldfastApiError> {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const options = Number.isFinite(seconds) ? { retryAfter: seconds } : {};
  const details = detailsOf(parse(await response.text()));
  return new HoldfastApiError(response.status, details ?? unexpected(`status ${response.status}`), options);
}

/** The details for an answer that Holdfast does not give. */
export function unexpected(what: string): ErrorDetails {
  return {
    code: 'UNEXPECTED_ANSWER',
    message: `the server gave an unexpected answer: ${what}`,
    remedy: 'Check that the address is that of a Holdfast server and what lies between.',
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function detailsOf(body: unknown): ErrorDetails | undefined {
  if (!hasMember(body, 'error')) return undefined;
  const { error } = body;
  if (!hasMember(error, 'code') || !hasMember(error, 'message') || !hasMember(error, 'remedy')) return undefined;
  const { code, message, remedy } = error;
  if (typeof code !== 'string' || typeof message !== 'string' || typeof remedy !== 'string') return undefined;
  return { code, message, remedy };
}

function hasMember<K extends string>(value: unknown, name: K): value is Record<K, unknown> {
  return typeof value === 'object' && value !== null && name in value;
}
