import type { Audit, AuditFilter, AuditWithReport, NewAudit } from './audit.ts';
import { HoldfastApiError, unexpected } from './error.ts';
import { eventData } from './events.ts';
import { type Fields, type ImageSource, imageForm } from './form.ts';
import type { ProbeAnswer, ProbeOptions } from './probe.ts';
import type { Snapshot } from './snapshot.ts';
import { type CallOptions, type ClientOptions, createTransport, type Transport } from './transport.ts';
import type {
  Crop,
  DuplicateOptions,
  Duplicates,
  Filter,
  ImageInfo,
  ImagePage,
  Job,
  JobFilter,
  ListOptions,
  ModelsAnswer,
  NewImage,
  NewJob,
  NewSchedule,
  Promotion,
  PromotionOptions,
  Sample,
  Schedule,
  SearchAnswer,
  SearchOptions,
  SearchQuery,
} from './types.ts';

/**
 * A Holdfast server, from a browser or from Node 20. Every method throws `HoldfastApiError` with the code, message,
 * remedy and status of docs/api.md.
 */
export class HoldfastClient {
  private readonly transport: Transport;

  /** @param base absolute URL of the server, of http or https, e.g. `http://127.0.0.1:8080`. @throws TypeError for anything else. */
  constructor(base: string | URL, options: ClientOptions = {}) {
    this.transport = createTransport(base, options);
  }

  /** The nearest pictures of the gallery, nearest first, each with its robustness. */
  search(image: ImageSource, options: SearchOptions & { crop?: Crop } = {}, call?: CallOptions): Promise<SearchAnswer> {
    const { crop, include, ...rest } = options;
    const box = crop && [crop.left, crop.top, crop.width, crop.height].join(',');
    return this.post<SearchAnswer>('search', image, { ...rest, crop: box, include: include?.join(',') }, call);
  }

  /** The same by a record, an embedding, a URL, or several weighted examples. @throws RECORD_UNKNOWN, URL_REFUSED */
  searchBy(query: SearchQuery, options: SearchOptions = {}, call?: CallOptions): Promise<SearchAnswer> {
    const headers = { 'Content-Type': 'application/json' };
    const body = JSON.stringify({ ...options, ...query });
    return this.transport.send('search', { method: 'POST', headers, body }, readJson<SearchAnswer>, call);
  }

  /** Adds a picture and answers with its id; it is on disk then. @throws RECORD_EXISTS */
  async addImage(image: ImageSource, record: NewImage = {}, call?: CallOptions): Promise<string> {
    return (await this.post<{ id: string }>('images', image, { ...record }, call)).id;
  }

  /** Stores a picture under the id, in place of the one that has it; says which it was. */
  async putImage(
    id: string,
    image: ImageSource,
    record: Omit<NewImage, 'id'> = {},
    call?: CallOptions,
  ): Promise<'created' | 'replaced'> {
    const init = { method: 'PUT', body: imageForm(image, { ...record }) };
    const read = readJson<{ status: 'created' | 'replaced' }>;
    return (await this.transport.send(imagePath(id), init, read, call)).status;
  }

  /** A page of the records, in the order of their ids. */
  listImages(options: ListOptions = {}, call?: CallOptions): Promise<ImagePage> {
    return this.transport.send(`images${queryOf({ ...options })}`, {}, readJson<ImagePage>, call);
  }

  /** All records that pass, page by page, in the order of their ids. */
  async *images(options: Omit<ListOptions, 'cursor'> = {}, call?: CallOptions): AsyncGenerator<ImageInfo> {
    let cursor: string | undefined;
    do {
      const { images, next } = await this.listImages({ ...options, cursor }, call);
      yield* images;
      cursor = next ?? undefined;
    } while (cursor !== undefined);
  }

  /** The exact, perceptual and near duplicates of a record. @throws RECORD_UNKNOWN */
  duplicates(id: string, options: DuplicateOptions = {}, call?: CallOptions): Promise<Duplicates> {
    const path = `${imagePath(id)}/duplicates${queryOf({ ...options })}`;
    return this.transport.send(path, {}, readJson<Duplicates>, call);
  }

  /** How many records there are, or pass the filter. */
  async countImages(filter?: Filter, call?: CallOptions): Promise<number> {
    return (await this.transport.send(`count${queryOf({ filter })}`, {}, readJson<{ count: number }>, call)).count;
  }

  /** The stored picture, a PNG. @throws RECORD_UNKNOWN */
  async getImage(id: string, call?: CallOptions): Promise<Blob> {
    return this.transport.send(imagePath(id), {}, readPicture, call);
  }

  /** Removes a picture for good. @throws RECORD_UNKNOWN */
  async removeImage(id: string, call?: CallOptions): Promise<void> {
    await this.transport.send(imagePath(id), { method: 'DELETE' }, async () => undefined, call);
  }

  /** Attacks the query through the model that is served and searches with both. @throws COST_EXCEEDED, RECORD_UNKNOWN */
  probe(image: ImageSource, options: ProbeOptions, call?: CallOptions): Promise<ProbeAnswer> {
    return this.post<ProbeAnswer>('probes', image, { ...options, attacks: options.attacks.join(',') }, call);
  }

  /** Up to `count` (1..100) records spread evenly over the gallery, always the same ones. */
  async samples(count = 24, call?: CallOptions): Promise<readonly Sample[]> {
    const read = readJson<{ samples: readonly Sample[] }>;
    return (await this.transport.send(`samples?count=${count}`, {}, read, call)).samples;
  }

  /** The model versions, and how far the last promotion is. */
  models(call?: CallOptions): Promise<ModelsAnswer> {
    return this.transport.send('models', {}, readJson<ModelsAnswer>, call);
  }

  /** Begins to put a version into service; `models` tells how far that is. @throws GATE_REFUSED, PROMOTION_RUNNING, MODEL_UNKNOWN */
  promoteModel(version: string, options: PromotionOptions = {}, call?: CallOptions): Promise<Promotion> {
    return this.sendJson(`models/${encodeURIComponent(version)}/promote`, options, call);
  }

  /** Cancels the promotion that goes on, which stops soon after. @throws REQUEST_INVALID */
  cancelPromotion(call?: CallOptions): Promise<Promotion> {
    return this.transport.send('models/promotion', { method: 'DELETE' }, readJson<Promotion>, call);
  }

  /** Begins to put the version back that was served before. @throws ROLLBACK_IMPOSSIBLE, PROMOTION_RUNNING */
  rollbackModel(call?: CallOptions): Promise<Promotion> {
    return this.transport.send('models/rollback', { method: 'POST' }, readJson<Promotion>, call);
  }

  /** Makes a snapshot of the gallery that is served; resolves when it is on disk. @throws SNAPSHOT_RUNNING, INDEX_WRITE_FAILED */
  createSnapshot(call?: CallOptions): Promise<Snapshot> {
    return this.transport.send('snapshots', { method: 'POST' }, readJson<Snapshot>, call);
  }

  /** The snapshots of all versions. */
  async snapshots(call?: CallOptions): Promise<readonly Snapshot[]> {
    return (await this.transport.send('snapshots', {}, readJson<{ snapshots: readonly Snapshot[] }>, call)).snapshots;
  }

  /** Puts a job into the queue; it is on disk when this resolves. @throws REQUEST_INVALID, OPTION_INVALID */
  addJob(job: NewJob, call?: CallOptions): Promise<Job> {
    return this.sendJson('jobs', job, call);
  }

  /** Jobs, newest first. */
  async jobs(filter: JobFilter = {}, call?: CallOptions): Promise<readonly Job[]> {
    const given = Object.entries(filter).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    );
    const read = readJson<{ jobs: readonly Job[] }>;
    return (await this.transport.send(`jobs?${new URLSearchParams(given)}`, {}, read, call)).jobs;
  }

  /** @throws JOB_UNKNOWN */
  job(id: string, call?: CallOptions): Promise<Job> {
    return this.transport.send(jobPath(id), {}, readJson<Job>, call);
  }

  /** Cancels a job; one that runs stops soon after. @throws JOB_UNKNOWN */
  cancelJob(id: string, call?: CallOptions): Promise<Job> {
    return this.transport.send(jobPath(id), { method: 'DELETE' }, readJson<Job>, call);
  }

  /**
   * A job as it is now and after each change. Ends when the job does, or when the server stops: see the state of the last
   * one. A `timeout` of the client counts for the whole.
   * @throws JOB_UNKNOWN
   */
  async *followJob(id: string, call?: CallOptions): AsyncGenerator<Job> {
    const { body } = await this.transport.send(`${jobPath(id)}/events`, {}, readEvents, call);
    for await (const data of eventData(body)) yield JSON.parse(data);
  }

  /** Makes a job come again and again. @throws REQUEST_INVALID, OPTION_INVALID */
  addSchedule(schedule: NewSchedule, call?: CallOptions): Promise<Schedule> {
    return this.sendJson('schedules', schedule, call);
  }

  /** The jobs that come again and again, oldest first. */
  async schedules(call?: CallOptions): Promise<readonly Schedule[]> {
    const read = readJson<{ schedules: readonly Schedule[] }>;
    return (await this.transport.send('schedules', {}, read, call)).schedules;
  }

  /** Ends a schedule; its jobs stay. @throws SCHEDULE_UNKNOWN */
  async removeSchedule(id: string, call?: CallOptions): Promise<void> {
    const path = `schedules/${encodeURIComponent(id)}`;
    await this.transport.send(path, { method: 'DELETE' }, async () => undefined, call);
  }

  /** Has a model judged on a sample of the gallery, as a job. @throws COST_EXCEEDED, MODEL_UNKNOWN */
  addAudit(audit: NewAudit = {}, call?: CallOptions): Promise<Audit> {
    return this.sendJson('audits', audit, call);
  }

  /** Audits of the gallery, newest first. */
  async audits(filter: AuditFilter = {}, call?: CallOptions): Promise<readonly Audit[]> {
    const read = readJson<{ audits: readonly Audit[] }>;
    return (await this.transport.send(`audits${queryOf({ ...filter })}`, {}, read, call)).audits;
  }

  /** @throws AUDIT_UNKNOWN */
  audit(id: string, call?: CallOptions): Promise<AuditWithReport> {
    return this.transport.send(auditPath(id), {}, readJson<AuditWithReport>, call);
  }

  /** Its report as a page of HTML. @throws AUDIT_UNKNOWN, AUDIT_UNFINISHED */
  auditPage(id: string, call?: CallOptions): Promise<string> {
    return this.transport.send(`${auditPath(id)}.html`, {}, readPage, call);
  }

  /** Cancels an audit; one that runs stops soon after. @throws AUDIT_UNKNOWN */
  cancelAudit(id: string, call?: CallOptions): Promise<Audit> {
    return this.transport.send(auditPath(id), { method: 'DELETE' }, readJson<Audit>, call);
  }

  private sendJson<T>(path: string, body: object, call?: CallOptions): Promise<T> {
    const headers = { 'Content-Type': 'application/json' };
    return this.transport.send(path, { method: 'POST', headers, body: JSON.stringify(body) }, readJson<T>, call);
  }

  private post<T>(path: string, image: ImageSource, fields: Fields, call?: CallOptions): Promise<T> {
    return this.transport.send(path, { method: 'POST', body: imageForm(image, fields) }, readJson<T>, call);
  }
}

function imagePath(id: string): string {
  return `images/${encodeURIComponent(id)}`;
}

function jobPath(id: string): string {
  return `jobs/${encodeURIComponent(id)}`;
}

function auditPath(id: string): string {
  return `audits/${encodeURIComponent(id)}`;
}

function readPage(response: Response): Promise<string> {
  expectType(response, 'text/html');
  return response.text();
}

async function readEvents(response: Response): Promise<{ readonly body: ReadableStream<Uint8Array> }> {
  expectType(response, 'text/event-stream');
  if (response.body === null) throw new HoldfastApiError(response.status, unexpected('no events'));
  return { body: response.body };
}

/** Fields as a query string: objects go as JSON, `undefined` is left out. */
function queryOf(fields: Fields): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) query.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  return query.size === 0 ? '' : `?${query}`;
}

function readPicture(response: Response): Promise<Blob> {
  expectType(response, 'image/');
  return response.blob();
}

/** The type is the server's promise; what is checked is that JSON came and not another page. */
async function readJson<T>(response: Response): Promise<T> {
  expectType(response, 'application/json');
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HoldfastApiError(response.status, unexpected('damaged JSON'), { cause });
  }
}

function expectType(response: Response, start: string): void {
  const type = response.headers.get('content-type') ?? 'none';
  if (!type.startsWith(start)) throw new HoldfastApiError(response.status, unexpected(`content type ${type}`));
}
