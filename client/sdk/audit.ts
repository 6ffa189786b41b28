import type { Job, JobState } from './types.ts';

/** What an audit of the gallery is asked for; the profile decides what is left out. */
export interface NewAudit {
  /** The version to judge; the one that is served by default. */
  readonly model?: string;
  /** Records with labels that are drawn, 4..20,000; 1,000 by default. */
  readonly images?: number;
  /** `quick` by default. */
  readonly profile?: 'quick' | 'rob28' | 'rob224';
  /** `exact` by default. */
  readonly protocol?: 'exact' | 'robrank';
  /** Images that are attacked. */
  readonly queries?: number;
  /** Queries on which verdicts are reached, 1..512; 64 by default. */
  readonly sample?: number;
  readonly seed?: number;
  /** Largest change and step size, in 1/255. */
  readonly epsilon?: number;
  readonly alpha?: number;
  readonly steps?: number;
  readonly restarts?: number;
  /** Scores that an attack without gradients may ask for each image; 200 by default. */
  readonly blackBox?: number;
}

/** 0 to 100, with its 95 % interval; `null` where it is not defined. */
export interface AuditEstimate {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** What an audit came to. */
export interface AuditResult {
  readonly model: string;
  readonly images: number;
  readonly classes: number;
  readonly queries: number;
  readonly ers: AuditEstimate;
  readonly ars: AuditEstimate;
  /** With one that is raised the scores are not to be believed. */
  readonly verdicts: {
    readonly holds: number;
    readonly raised: readonly string[];
    readonly unchecked: readonly string[];
    readonly believable: boolean;
    readonly headline: string;
  };
}

export interface Audit extends Omit<Job, 'kind' | 'starts' | 'failures' | 'result'> {
  /** `null` until it is done. */
  readonly result: AuditResult | null;
}

/** With the whole report, as docs/audits.md has it; `null` until it is done. */
export interface AuditWithReport extends Audit {
  readonly report: Readonly<Record<string, unknown>> | null;
}

export interface AuditFilter {
  readonly state?: JobState;
  /** 1..100; 20 by default. */
  readonly limit?: number;
}
