/**
 * Every error that a caller can meet, in one catalogue: a stable code, the HTTP status it maps to, and what to do.
 * `exit` marks the errors that stop a command at its start.
 */
export const catalogue = {
  // requests
  KEY_MISSING: { status: 401, remedy: 'Send the header "Authorization: Bearer KEY"; the operator makes keys.' },
  KEY_UNKNOWN: { status: 401, remedy: 'Check the key; the operator lists and makes keys with "npm run keys".' },
  KEY_NOT_ALLOWED: { status: 403, remedy: 'Use a key with one of the roles that the message names.' },
  RATE_LIMITED: { status: 429, remedy: 'Try again after the number of seconds in the Retry-After header.' },
  IMAGE_MISSING: { status: 400, remedy: 'Send one file in the multipart field "image".' },
  IMAGE_FIELD_UNEXPECTED: { status: 400, remedy: 'Send exactly one file, in the multipart field "image".' },
  IMAGE_TOO_LARGE: { status: 413, remedy: 'Send a smaller file, or raise HOLDFAST_MAX_UPLOAD_BYTES.' },
  IMAGE_TOO_MANY_PIXELS: { status: 413, remedy: 'Scale the image down before sending it.' },
  IMAGE_TYPE_UNSUPPORTED: { status: 415, remedy: 'Send a JPEG, PNG or WebP image.' },
  IMAGE_UNREADABLE: { status: 422, remedy: 'The file is truncated or damaged: export the image again.' },
  URL_REFUSED: { status: 400, remedy: 'Send the picture itself, or the address of one on the public internet.' },
  URL_UNREACHABLE: { status: 422, remedy: 'Check the address, or send the picture itself.' },
  REQUEST_INVALID: { status: 400, remedy: 'Correct the named field; see docs/api.md for the fields and their ranges.' },
  ROUTE_UNKNOWN: { status: 404, remedy: 'See docs/api.md for the endpoints.' },
  METHOD_NOT_ALLOWED: { status: 405, remedy: 'Use one of the methods named in the Allow header.' },
  RECORD_UNKNOWN: { status: 404, remedy: 'Check the id; it may have been deleted.' },
  RECORD_EXISTS: { status: 409, remedy: 'Choose another id, or delete the record first.' },
  JOB_UNKNOWN: { status: 404, remedy: 'Check the id; finished jobs are forgotten after a thousand others.' },
  SCHEDULE_UNKNOWN: { status: 404, remedy: 'Check the id; GET /schedules lists those that there are.' },
  JOB_LOST: { status: 500, remedy: 'See why its workers died, memory for instance, and give the job again.' },
  JOB_CANCELLED: { status: 409, exit: true, remedy: 'Give the job again: a training goes on from its checkpoint.' },
  OVERLOADED: { status: 503, remedy: 'Try again after the number of seconds in the Retry-After header.' },
  NOT_READY: { status: 503, remedy: 'Wait until GET /readyz answers 200.' },
  SHUTTING_DOWN: { status: 503, remedy: 'Try again: another server takes over, or this one restarts.' },
  INTERNAL: { status: 500, remedy: 'The log of the server has the cause under this request id.' },
  // models, index and commands
  MODEL_UNKNOWN: { status: 404, exit: true, remedy: 'Name a model version that exists; the message lists them.' },
  MODEL_DAMAGED: { status: 500, exit: true, remedy: 'Restore the model folder from its source, or train it again.' },
  MODEL_MISMATCH: {
    status: 409,
    exit: true,
    remedy:
      'Embed the query with the version that is served; or serve the index with its own, or another HOLDFAST_DATA.',
  },
  SERVERS_BESIDE: {
    status: 409,
    remedy: 'Mend or stop the servers that the message is about, and promote again.',
  },
  GALLERY_CLOSED: {
    status: 503,
    remedy: 'Try again after the number of seconds in the Retry-After header: another model version takes over.',
  },
  SNAPSHOT_IMPOSSIBLE: {
    status: 409,
    remedy: 'Back up the PostgreSQL database and the pictures: docs/scaling.md.',
  },
  GATE_REFUSED: { status: 409, remedy: 'Promote a better version, give other floors, or force this one.' },
  PROMOTION_RUNNING: { status: 409, remedy: 'Wait until GET /models says that it has ended.' },
  ROLLBACK_IMPOSSIBLE: { status: 409, remedy: 'Promote the version that is wanted.' },
  CANARY_FAILED: {
    status: 500,
    remedy: 'The served model goes on; see whether the pictures of the gallery are whole.',
  },
  INDEX_DAMAGED: { status: 500, exit: true, remedy: 'The message says which file, and whether it can be rebuilt.' },
  INDEX_LOCKED: {
    status: 500,
    exit: true,
    remedy: 'Stop the other process that uses this data folder, or name another one.',
  },
  INDEX_WRITE_FAILED: { status: 507, remedy: 'Free disk space or mend the disk; nothing was stored.' },
  STORE_UNAVAILABLE: {
    status: 503,
    exit: true,
    remedy: 'See that the store that the message names runs and lets this server in; a write may have been stored.',
  },
  STORE_UNACKNOWLEDGED: {
    status: 503,
    remedy:
      'See that the replicas of the store run; the write may have been stored and is repeated until they have it.',
  },
  STORE_UNSUITABLE: { status: 500, exit: true, remedy: 'Set up the store as its guide in docs/ says.' },
  QUEUE_UNAVAILABLE: {
    status: 503,
    exit: true,
    remedy: 'Start the Redis of REDIS_URL, or mend the file that the message names.',
  },
  QUEUE_UNSAFE: {
    status: 500,
    exit: true,
    remedy: 'Run Redis with "appendonly yes" and "maxmemory-policy noeviction".',
  },
  QUEUE_WRITE_FAILED: {
    status: 507,
    exit: true,
    remedy: 'Free memory or disk space of the queue; nothing was stored.',
  },
  SNAPSHOT_RUNNING: { status: 409, exit: true, remedy: 'Wait until the other snapshot is made.' },
  SNAPSHOT_UNUSABLE: {
    status: 500,
    exit: true,
    remedy: 'Name one of "npm run snapshot -- list"; the message says what is missing or damaged.',
  },
  VECTOR_INVALID: { status: 400, remedy: 'Send finite numbers, as many as the model has dimensions.' },
  DATA_MISSING: { status: 500, exit: true, remedy: 'Install the data set as the message says.' },
  PRETRAINED_UNUSABLE: {
    status: 500,
    exit: true,
    remedy: 'Give a safetensors or ONNX file of that network: docs/pretrained.md has three lines of Python for it.',
  },
  DATA_DAMAGED: { status: 500, exit: true, remedy: 'Mend or replace the file of the data set that the message names.' },
  OPTION_INVALID: { status: 400, exit: true, remedy: 'See --help for the options and their values.' },
  KEYS_NEEDED: {
    status: 500,
    exit: true,
    remedy:
      'Make a key with "npm run keys", listen on 127.0.0.1, or give --without-keys when something else guards the port.',
  },
  DATA_FOLDER_UNUSABLE: {
    status: 500,
    exit: true,
    remedy: 'Let HOLDFAST_DATA name a folder that this user may write, and free disk space where there is none.',
  },
  KEYS_UNUSABLE: {
    status: 500,
    exit: true,
    remedy: 'Mend the rights of the file that the message names, or restore it from a backup.',
  },
  PORT_UNAVAILABLE: { status: 500, exit: true, remedy: 'Set PORT to a free port.' },
  OP_UNSUPPORTED: {
    status: 500,
    remedy: 'Write the function with the operations in engine/README.md, or add a lowering.',
  },
  TRACE_INVALID: { status: 500, remedy: 'Keep the traced function free of values that depend on the data.' },
  DEVICE_UNAVAILABLE: { status: 500, exit: true, remedy: 'Choose another --device; the message says what is missing.' },
  TRAINING_COLLAPSED: { status: 500, exit: true, remedy: 'Lower the learning rate, or pre-train for longer.' },
  CHECKPOINT_MISMATCH: {
    status: 500,
    exit: true,
    remedy: 'Resume with the options of the run, or start in an empty folder.',
  },
  SERVER_UNREACHABLE: { status: 502, exit: true, remedy: 'Check that the server runs and that --server is its URL.' },
  RUN_WRITE_FAILED: {
    status: 500,
    exit: true,
    remedy: 'Free disk space or name a folder that can be written; the same command goes on from the last checkpoint.',
  },
  AUDITS_DIFFER: {
    status: 409,
    exit: true,
    remedy: 'Audit both models with the same data, profile, protocol, budget, seed and queries.',
  },
  AUDIT_UNKNOWN: { status: 404, remedy: 'Check the id; GET /audits lists those that there are.' },
  AUDIT_UNFINISHED: { status: 409, remedy: 'Ask again when GET /audits/{id} says that it is done.' },
  AUDIT_IMPOSSIBLE: { status: 409, remedy: 'Give records labels: two of one label and one of another, at least.' },
  COST_EXCEEDED: { status: 422, remedy: 'Ask for less: the message says what counts and how much is allowed.' },
  AUDIT_UNREADABLE: {
    status: 500,
    exit: true,
    remedy: 'Name an audit.json that this version of `npm run audit` wrote, or audit the model again.',
  },
} as const satisfies Record<string, { status: number; remedy: string; exit?: true }>;

export type ErrorCode = keyof typeof catalogue;

/** An error of the catalogue. The message says what happened with the offending value; the remedy says what to do. */
export class HoldfastError extends Error {
  readonly code: ErrorCode;
  /** Seconds after which to try again, where they are known. */
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown; retryAfter?: number }) {
    super(message, options);
    this.name = 'HoldfastError';
    this.code = code;
    this.retryAfter = options?.retryAfter;
  }

  get status(): number {
    return catalogue[this.code].status;
  }

  get remedy(): string {
    return catalogue[this.code].remedy;
  }

  /** The one shape in which an error leaves the process. */
  toJSON(): { code: ErrorCode; message: string; remedy: string } {
    return { code: this.code, message: this.message, remedy: this.remedy };
  }
}

/** The plain form of an error for a message between threads; `reviveError` is its inverse. */
export interface SerializedError {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Strips an error to what crosses a thread boundary. Errors outside the catalogue become INTERNAL. */
export function serializeError(error: unknown): SerializedError {
  if (error instanceof HoldfastError) return { code: error.code, message: error.message };
  return { code: 'INTERNAL', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

export function reviveError(error: SerializedError): HoldfastError {
  return new HoldfastError(error.code, error.message);
}
