import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { HoldfastError } from '../base/errors.ts';
import type { Filter } from './filter/types.ts';
import { HeadCache } from './head-cache.ts';
import { migrateRecords } from './migrate.ts';
import { type PackedRecords, type UnpackedRecord, unpackRecords } from './packing.ts';
import { checkRecordsFile } from './records-check.ts';
import { type Head, type HeadRow, headOf, imageOf, infoOf, recordOf, vectorOf } from './rows.ts';
import { checksumGallery, checksumImage, checksumRow, createRecordsFile, type GalleryRow } from './schema.ts';
import { countRecords, selectLabels, selectPage } from './select.ts';
import { damagedRecords, withSqlite } from './sqlite.ts';
import { prepareStatements, type Statements } from './statements.ts';
import type { ListOptions, Page, RecordInfo, StoredImage } from './types.ts';

/** hnswlib's binding keeps labels in 32 bits and would wrap a larger one around. */
const LAST_LABEL = 2 ** 32 - 1;

const EVERYTHING: Filter = { and: [] };

/** What a write did: how many records there are more, and how many labels were given out. */
interface Written<T> {
  readonly result: T;
  readonly change: number;
  readonly used: number;
}

/** Where a record went, and the label of the one that it replaced. */
export interface StoredRecord {
  readonly label: number;
  readonly replaced: number | undefined;
}

/** The truth: the SQLite file of records, images and vectors. A write that returns is on disk. */
export class RecordStore {
  readonly path: string;
  private readonly db: Database.Database;
  private readonly sql: Statements;
  private readonly heads = new HeadCache();
  private row: GalleryRow;
  private lastMoment: number;

  /**
   * Opens the file, or makes an empty one when there is none.
   * @throws INDEX_DAMAGED, MODEL_MISMATCH, INDEX_WRITE_FAILED
   */
  constructor(path: string, model: string, dimension: number) {
    this.path = path;
    if (!existsSync(path)) withSqlite(path, () => createRecordsFile(path, model, dimension));
    this.db = withSqlite(path, () => new Database(path, { fileMustExist: true }));
    try {
      this.row = withSqlite(path, () => {
        this.configure();
        migrateRecords(this.db);
        return checkRecordsFile(this.db, path, model, dimension);
      });
      this.sql = withSqlite(path, () => prepareStatements(this.db));
      const last = withSqlite(path, () => this.sql.lastMoment.get());
      this.lastMoment = Date.parse(last ?? '') || 0;
    } catch (error) {
      this.db.close();
      throw error;
    }
  }

  /** The UUID of this gallery. */
  get identity(): string {
    return this.row.identity;
  }

  get sequence(): number {
    return this.row.sequence;
  }

  get count(): number {
    return this.row.count;
  }

  /** Visits all records by label, oldest first. @throws INDEX_DAMAGED on a row whose checksum does not agree. */
  forEachVector(visit: (label: number, vector: Float32Array) => void): void {
    withSqlite(this.path, () => {
      for (const row of this.sql.all.iterate()) visit(row.label, vectorOf(row, this.row.dimension, this.path));
    });
  }

  /**
   * Stores all records or none, in order. One whose id is taken is refused, or takes the other's place (`replace`).
   * @throws RECORD_EXISTS naming the id, INDEX_WRITE_FAILED
   */
  insert(packed: PackedRecords, replace = false): StoredRecord[] {
    return this.write((createdAt) => {
      const first = this.nextLabel(packed.heads.length);
      const stored: StoredRecord[] = [];
      for (const record of unpackRecords(packed, this.row.dimension)) {
        const label = first + stored.length;
        stored.push({ label, replaced: this.makeWay(record.head.id, replace) });
        this.insertOne(label, record, record.head.createdAt ?? createdAt);
      }
      const gone = stored.filter(({ replaced }) => replaced !== undefined).length;
      return { result: stored, change: stored.length - gone, used: stored.length };
    });
  }

  /** Removes a record with its image; answers with its label. @throws INDEX_WRITE_FAILED */
  delete(id: string): number | undefined {
    const label = this.labelOf(id);
    if (label === undefined) return undefined;
    return this.write(() => {
      this.removeOne(label);
      return { result: label, change: -1, used: 0 };
    });
  }

  /** The record of an id. @throws INDEX_DAMAGED */
  find(id: string): RecordInfo | undefined {
    return withSqlite(this.path, () => {
      const row = this.sql.byId.get(id);
      return row && recordOf(row, this.row.dimension, this.path);
    });
  }

  /**
   * The records of labels that exist, in their order.
   * @param vectorOf the vector of the label at a place, as it was read at the opening or written since.
   * @param keep whether what is read stays in memory, as it does for what is likely to be asked for again.
   * @throws INDEX_DAMAGED
   */
  select(labels: readonly number[], vectorOf: (place: number) => Float32Array, keep = true): RecordInfo[] {
    const known = labels.map((label) => this.heads.get(label));
    const missing = labels.filter((_, place) => known[place] === undefined);
    const rows = missing.length === 0 ? undefined : this.rowsOf(missing);
    const read = (label: number, place: number): Head => {
      const head = this.read(label, rows?.get(label), vectorOf(place));
      if (keep) this.heads.set(label, head);
      return head;
    };
    return labels.map((label, place) => infoOf(known[place] ?? read(label, place)));
  }

  /** The labels of the records that pass, oldest first. */
  matching(filter: Filter): number[] {
    return withSqlite(this.path, () => selectLabels(this.db, filter));
  }

  /** How many records pass. */
  countMatching(filter: Filter): number {
    return withSqlite(this.path, () => countRecords(this.db, filter));
  }

  /** A page of the records by id; the cursor is the last id of the page before. @throws INDEX_DAMAGED */
  list({ limit, cursor = '', filter = EVERYTHING }: ListOptions): Page {
    return withSqlite(this.path, () => {
      const rows = selectPage(this.db, limit + 1, cursor, filter);
      const records = rows.slice(0, limit).map((row) => recordOf(row, this.row.dimension, this.path));
      return { records, next: rows.length > limit ? (records.at(-1)?.id ?? null) : null };
    });
  }

  /** The image of an id. @throws INDEX_DAMAGED */
  image(id: string): StoredImage | undefined {
    return withSqlite(this.path, () => {
      const label = this.labelOf(id);
      if (label === undefined) return undefined;
      const row = this.sql.image.get(label);
      if (row === undefined) throw damagedRecords(this.path, `the image of record ${id} is gone`);
      return imageOf(row, this.path);
    });
  }

  labelOf(id: string): number | undefined {
    return withSqlite(this.path, () => this.sql.labelOf.get(id));
  }

  close(): void {
    this.db.close();
  }

  /** WAL with FULL: a commit returns after fsync of the log. A damaged tree is noticed before it is followed. */
  private configure(): void {
    this.db.pragma('cell_size_check = ON');
    this.db.pragma('journal_mode = WAL');
    this.db.pragma('synchronous = FULL');
    this.db.pragma('foreign_keys = ON');
  }

  private rowsOf(labels: readonly number[]): Map<number, HeadRow> {
    const rows = withSqlite(this.path, () => this.sql.byLabels.all(JSON.stringify(labels)));
    return new Map(rows.map((row) => [row[0], row]));
  }

  private read(label: number, row: HeadRow | undefined, vector: Float32Array): Head {
    if (row === undefined) throw damagedRecords(this.path, `record ${label} is gone`);
    return headOf(row, vector, this.path);
  }

  /** The first of `count` labels that were never given out. */
  private nextLabel(count: number): number {
    const first = this.row.lastLabel + 1;
    if (first + count - 1 <= LAST_LABEL) return first;
    throw new HoldfastError('INDEX_WRITE_FAILED', `${this.path}: all ${LAST_LABEL} labels were given out`);
  }

  /** Frees an id; answers with the label of the record that had it. */
  private makeWay(id: string, replace: boolean): number | undefined {
    const label = this.labelOf(id);
    if (label === undefined) return undefined;
    if (!replace) throw new HoldfastError('RECORD_EXISTS', `there is a record with id ${id}`);
    this.removeOne(label);
    return label;
  }

  private removeOne(label: number): void {
    this.sql.remove.run(label);
    this.heads.delete(label);
  }

  private insertOne(label: number, record: UnpackedRecord, createdAt: string): void {
    const { head, type, look } = record;
    const vector = Buffer.from(record.vector.buffer, record.vector.byteOffset, record.vector.byteLength);
    const image = Buffer.from(record.image.buffer, record.image.byteOffset, record.image.byteLength);
    const values = [label, head.id, head.label, head.metadata, createdAt];
    this.sql.addRecord.run(...values, vector, checksumRow(values, vector));
    this.sql.addImage.run(label, type, image, checksumImage(label, type, look, image), look);
  }

  /** Now, and later than every record of this file, so that it tells a record from the one that it replaced, also when the clock was set back. */
  private nextMoment(): string {
    this.lastMoment = Math.max(Date.now(), this.lastMoment + 1);
    return new Date(this.lastMoment).toISOString();
  }

  /** One transaction that moves the sequence on; what is in memory changes after the commit only. */
  private write<T>(work: (createdAt: string) => Written<T>): T {
    return withSqlite(this.path, () => {
      const [result, row] = this.db.transaction((): [T, GalleryRow] => {
        const { result, change, used } = work(this.nextMoment());
        const { sequence, count, lastLabel } = this.row;
        const next = { ...this.row, sequence: sequence + 1, count: count + change, lastLabel: lastLabel + used };
        this.sql.moveOn.run(next.sequence, next.count, next.lastLabel, checksumGallery(next));
        return [result, next];
      })();
      this.row = row;
      return result;
    });
  }
}
