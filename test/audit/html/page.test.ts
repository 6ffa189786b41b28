import { beforeAll, describe, expect, it } from 'vitest';
import { renderReport } from '../../../audit/html/page.ts';
import type { AuditReport } from '../../../audit/types.ts';
import { verdictIds, verdictTitles } from '../../../audit/verdict-titles.ts';
import { realisticReport } from '../support/report.ts';

const texts = (page: string, pattern: RegExp): string[] => [...page.matchAll(pattern)].map(([, text = '']) => text);

describe('the page of a report', () => {
  let report: AuditReport;
  let doubtful: AuditReport;
  let page: string;
  beforeAll(async () => {
    report = await realisticReport();
    doubtful = await realisticReport({
      states: { converged: 'raised', 'stronger-than-nes': 'raised', 'undefended-twin-falls': 'unchecked' },
    });
    page = renderReport(report);
  });

  it('is one file: no script, and nothing that is loaded', () => {
    expect(page).not.toMatch(/<script|<link|<iframe|@import|javascript:/i);
    expect(page).toContain('default-src &#39;none&#39;');
    expect(page.match(/(?:src|url)\s*[=(]\s*["']?(?!data:)[^"'\s]+/gi)).toBeNull();
    expect(page).not.toMatch(/https?:\/\//);
  });

  it('shows no figure that is none', () => {
    expect(page).not.toMatch(/NaN|Infinity|undefined|null|\[object/);
  });

  it('names model, data, date, threat model and how to get the figures again', () => {
    for (const text of [
      report.model.version,
      report.model.sha256,
      report.data.sha256,
      '5,214 images of 746 classes',
      '2026-11-28, 04:05 UTC',
      report.threatModel,
      'npm run audit -- --model emoji-hardened-3 --data emoji --profile rob28 --protocol exact --queries 64',
      'epsilon 8/255 (L-infinity), steps of 3/255, 32 steps, 1 run, last iterate',
    ])
      expect(page).toContain(text);
  });

  it('shows a score with its interval, right after the verdicts and with their state beside it', () => {
    for (const [name, { value, low, high }] of [
      ['ERS', report.ers],
      ['ARS', report.ars],
    ] as const) {
      const [, card = ''] = new RegExp(`<div class="score"><h3>${name} (.*?)</div>`, 's').exec(page) ?? [];
      expect(card).toContain(`<strong>${value.toFixed(1)}</strong>`);
      expect(card).toContain(`[${low.toFixed(1)}, ${high.toFixed(1)}]`);
      expect(card).toContain('13 verdicts hold');
    }
    expect(page.indexOf('All 13 verdicts hold.')).toBeLessThan(page.indexOf('<strong>'));
  });

  it('says first what is raised, in its title too, and doubts every score', () => {
    const raised = renderReport(doubtful);
    const headline = 'Not to be believed before “The attack has converged” and “Stronger than NES” are explained.';
    expect(raised.indexOf(headline)).toBeGreaterThan(-1);
    expect(raised.indexOf(headline)).toBeLessThan(raised.indexOf('<strong>'));
    expect(raised).toContain('<title>Not to be believed yet: audit of emoji-hardened-3 on emoji</title>');
    expect(raised.match(/class="score doubtful"/g)).toHaveLength(2);
    expect(raised.match(/not to be believed: 2 raised<\/span>/g)).toHaveLength(2);
    const order = texts(raised, /<li id="verdict-([a-z0-9-]+)"/g);
    expect(order.slice(0, 3)).toEqual(['converged', 'stronger-than-nes', 'undefended-twin-falls']);
    expect([...order].sort()).toEqual([...verdictIds].sort());
  });

  it('doubts scores without verdicts', () => {
    const bare = renderReport({ ...report, verdicts: [] });
    expect(bare).toContain('Not to be believed: none of the 13 verdicts has been reached.');
    expect(bare.match(/class="score doubtful"/g)).toHaveLength(2);
  });

  it('links each verdict to its explanation', () => {
    for (const id of verdictIds) {
      expect(page).toContain(verdictTitles[id]);
      expect(page).toContain(`href="docs/verdicts.md#${id}"`);
      expect(renderReport(report, { explanations: '../verdicts.html' })).toContain(`href="../verdicts.html#${id}"`);
    }
  });

  it('has targets for its links, no id twice, and headings that leave no level out', () => {
    const ids = texts(page, / id="([^"]+)"/g);
    expect(new Set(ids).size).toBe(ids.length);
    for (const target of texts(page, /href="#([^"]+)"/g)) expect(ids).toContain(target);
    for (const target of texts(page, /aria-labelledby="([^"]+)"/g)) expect(ids).toContain(target);
    const levels = texts(page, /<h(\d)/g).map(Number);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    levels.forEach((level, i) => {
      expect(level - (levels[i - 1] ?? 0)).toBeLessThanOrEqual(1);
    });
  });

  it('says in words what it draws: captions, alternatives and names', () => {
    expect(page.match(/<table/g)?.length).toBe(page.match(/<caption>[^<]/g)?.length);
    for (const [image] of page.matchAll(/<img[^>]*>/g)) expect(image).toMatch(/ alt="[^"]{8,}"/);
    for (const [drawing] of page.matchAll(/<svg[^>]*>/g)) {
      expect(drawing).toMatch(/aria-hidden="true"|role="img" aria-label="[^"]{8,}"/);
    }
  });

  it('has the ten measures, curves, rivals, rounding and pictures', () => {
    for (const name of Object.keys(report.measures))
      expect(page).toContain(`<th scope="row" role="rowheader">${name}<`);
    for (const name of ['Recall against epsilon', 'Recall against steps', 'Square', 'Transfer from emoji-hardened-2'])
      expect(page).toContain(name);
    const { leastRobust, mostRobust } = report.examples;
    for (const { clean, change, attacked, before, after } of [...leastRobust, ...mostRobust])
      for (const url of [clean, change, attacked, ...[...before, ...after].map(({ picture }) => picture)])
        expect(page).toContain(`src="${url}"`);
  });

  it('leaves out what is not there, in words', () => {
    const { evidence } = report;
    const bare = renderReport({
      ...report,
      benign: { ...report.benign, nmi: null },
      evidence: { ...evidence, transfer: null, twin: null },
      examples: { leastRobust: [], mostRobust: [] },
    });
    for (const words of ['not asked for', 'no other model version was named', 'not named'])
      expect(bare).toContain(words);
    expect(bare).not.toMatch(/href="#(least|most)"|NaN|null/);
  });

  it('takes any text for text', () => {
    const nasty = '</title><script>alert("1")</script><img src=x onerror=\'alert(2)\'>';
    const hostile: AuditReport = {
      ...report,
      model: { ...report.model, version: nasty, backbone: nasty },
      data: { ...report.data, name: nasty },
      setting: { ...report.setting, profile: nasty, device: nasty },
      threatModel: nasty,
      verdicts: report.verdicts.map((verdict) => ({ ...verdict, claim: nasty, finding: nasty })),
      evidence: {
        ...report.evidence,
        transfer: { from: nasty, rivalries: report.evidence.noise },
        twin: { version: nasty, clean: 1, worst: 0 },
      },
      examples: {
        leastRobust: report.examples.leastRobust.map((example) => ({
          ...example,
          label: nasty,
          attack: nasty,
          before: example.before.map((result) => ({ ...result, label: nasty })),
        })),
        mostRobust: [],
      },
    };
    const rendered = renderReport(hostile);
    expect(rendered).not.toMatch(/<script|<img src=x|onerror='/);
    expect(rendered.match(/&lt;script&gt;/g)?.length).toBeGreaterThan(30);
  });
});
