/** The look of a report: the console's colours, light and dark, and light on paper. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #f5f7f6; --sheet: #fff; --sunken: #edf1f0; --text: #16211f; --quiet: #55635f; --line: #d5dedb;
  --accent: #0f766e; --good: #14653a; --good-ground: #d9f2e3; --fair: #7a4a00; --fair-ground: #fdebc4;
  --bad: #a31621; --bad-ground: #fde0e0; --es: #1d5fc4; --ltm: #b4540a; --gtm: #7a35c9;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #0e1413; --sheet: #161e1d; --sunken: #1f2927; --text: #e6eeec; --quiet: #9aaba6; --line: #33413d;
    --accent: #2dd4bf; --good: #86e3ae; --good-ground: #12361f; --fair: #f6cf7d; --fair-ground: #3b2a07;
    --bad: #ffb0b0; --bad-ground: #451518; --es: #7db4ff; --ltm: #f6ad6a; --gtm: #c6a2ff;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body {
  margin: 0; background: var(--ground); color: var(--text); -webkit-text-size-adjust: 100%;
  font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
}
main { max-width: 1080px; margin: 0 auto; padding: 40px 24px 64px; display: grid; gap: 24px; }
main > * { min-width: 0; }
h1, h2, h3, p, ol, ul, dl, dd, figure, blockquote { margin: 0; padding: 0; }
h1 { font-size: 2rem; line-height: 1.15; letter-spacing: -0.015em; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; line-height: 1.3; }
h3 { font-size: 1rem; }
ol, ul { list-style: none; }
a { color: var(--accent); text-underline-offset: 3px; }
code { font: 0.875em ui-monospace, "DejaVu Sans Mono", Menlo, monospace; overflow-wrap: anywhere; }
section { background: var(--sheet); border: 1px solid var(--line); border-radius: 12px; padding: 24px; display: grid; gap: 16px; }
section > * { min-width: 0; }
section:target, li:target { outline: 3px solid var(--accent); outline-offset: 2px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.quiet { color: var(--quiet); }
.small { font-size: 0.875rem; }
.lead { color: var(--quiet); max-width: 68ch; }
.eyebrow { color: var(--accent); font-weight: 650; font-size: 0.8125rem; letter-spacing: 0.08em; text-transform: uppercase; }
.facts { display: flex; flex-wrap: wrap; gap: 2px 20px; color: var(--quiet); margin-top: 8px; }
.contents { display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 0.875rem; }

.chip {
  display: inline-flex; align-items: center; gap: 6px; padding: 2px 10px 2px 8px; border-radius: 14px;
  font-weight: 600; font-size: 0.8125rem; white-space: nowrap;
}
.chip svg { width: 14px; height: 14px; flex: none; }
.holds { background: var(--good-ground); color: var(--good); }
.unchecked { background: var(--fair-ground); color: var(--fair); }
.raised { background: var(--bad-ground); color: var(--bad); }

.standing { border-radius: 12px; padding: 18px 20px; display: grid; grid-template-columns: auto 1fr; gap: 4px 14px; }
.standing > svg { width: 30px; height: 30px; margin-top: 1px; grid-row: span 2; }
.standing h2 { color: inherit; }
.standing ul { display: grid; gap: 6px; margin-top: 6px; color: var(--text); }
.standing li { max-width: 80ch; }
.standing a { color: inherit; font-weight: 600; }
.scores { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 320px), 1fr)); gap: 24px; }
.score {
  background: var(--sheet); border: 1px solid var(--line); border-radius: 12px; padding: 22px 24px;
  display: grid; gap: 6px; justify-items: start; align-content: start;
}
.score .number { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 16px; }
.score .number strong { font-size: 3.75rem; line-height: 1.05; letter-spacing: -0.03em; font-weight: 700; }
.score.doubtful .number strong {
  color: var(--quiet); font-weight: 500;
  text-decoration: underline wavy var(--bad) 2px; text-underline-offset: 8px; text-decoration-skip-ink: none;
}
.score > svg { width: 100%; height: auto; margin-top: 6px; }
.conclusion { font-size: 1.25rem; font-weight: 600; margin: 14px 0 6px; max-width: 60ch; }
.both th { width: 22%; } .both td { width: 39%; vertical-align: top; } .both th:first-child { vertical-align: top; }
.both p { margin-top: 4px; }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 320px), 1fr)); gap: 24px; }
.sides .standing { align-content: start; }
.change { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 12px; font-variant-numeric: tabular-nums; }
.change strong { font-size: 3rem; line-height: 1.1; letter-spacing: -0.02em; }
.doubtful .change strong {
  color: var(--quiet); font-weight: 500;
  text-decoration: underline wavy var(--bad) 2px; text-underline-offset: 8px; text-decoration-skip-ink: none;
}
.threat { border-left: 4px solid var(--accent); padding: 2px 0 2px 18px; font-size: 1.125rem; max-width: 76ch; }

.verdicts { display: grid; gap: 0 32px; }
.verdicts li { padding: 12px 0; border-top: 1px solid var(--line); display: grid; gap: 2px; align-content: start; }
.verdicts.held { grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); font-size: 0.9375rem; }
.verdicts .head { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 12px; }
.verdicts p { max-width: 86ch; }
.verdicts .seen { margin-top: 2px; }
.verdicts p a { white-space: nowrap; }

.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(112px, 1fr)); gap: 20px 16px; }
.tiles dt { font-size: 0.875rem; color: var(--quiet); }
.tiles dd { font-size: 1.625rem; line-height: 1.25; font-weight: 600; font-variant-numeric: tabular-nums; }
.tiles .small { font-size: 0.8125rem; font-weight: 400; line-height: 1.4; color: var(--quiet); display: block; }

table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption, .stacked caption { text-align: left; color: var(--quiet); font-size: 0.875rem; padding-bottom: 10px; }
th, td { padding: 8px 12px 8px 0; text-align: left; vertical-align: middle; border-top: 1px solid var(--line); }
thead th { border-top: 0; font-size: 0.8125rem; color: var(--quiet); font-weight: 600; vertical-align: bottom; }
tbody th { font-weight: 600; }
th:last-child, td:last-child { padding-right: 0; }
th .small { font-weight: 400; display: block; }
td.number, th.number { text-align: right; white-space: nowrap; }
td.plot, th.plot { width: 38%; min-width: 116px; }
td.plot svg { display: block; width: 100%; height: auto; }
.rowhead th { color: var(--quiet); font-size: 0.8125rem; padding-top: 16px; }

.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 380px), 1fr)); gap: 28px; }
.plots figure { display: grid; gap: 8px; align-content: start; min-width: 0; }
figcaption { font-weight: 600; }
figcaption .small { font-weight: 400; display: block; color: var(--quiet); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 0.875rem; }
.legend li { display: inline-flex; align-items: center; gap: 6px; }
.legend svg { width: 30px; height: 14px; }
details summary { cursor: pointer; color: var(--accent); font-size: 0.875rem; }
details table { margin-top: 10px; }

svg text { fill: var(--text); paint-order: stroke; stroke: var(--sheet); stroke-width: 4px; stroke-linejoin: round; font: 12px system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
svg .faint { fill: var(--quiet); }
svg .grid { stroke: var(--line); }
svg .rule { stroke: var(--quiet); stroke-dasharray: 4 4; }
svg .here { stroke: var(--accent); stroke-width: 1.5; }
svg .here-text { fill: var(--accent); font-weight: 600; }
svg .track { stroke: var(--line); stroke-width: 6; stroke-linecap: round; }
svg .range { stroke: var(--ink); stroke-width: 2; }
svg .origin { stroke: var(--quiet); stroke-width: 1.5; }
svg .between { stroke: var(--quiet); stroke-width: 2; }
svg .worst, svg .second { --ink: var(--text); } svg .first { --ink: var(--ltm); } svg .es { --ink: var(--es); } svg .ltm { --ink: var(--ltm); }
svg .gtm { --ink: var(--gtm); } svg .main { --ink: var(--accent); } svg .rival { --ink: var(--ltm); }
svg .doubt { --ink: var(--bad); } svg .even { --ink: var(--quiet); }
svg .curve { fill: none; stroke: var(--ink); stroke-width: 2; stroke-linejoin: round; }
svg .worst .curve { stroke-width: 3; }
svg .ltm .curve, svg .first .curve { stroke-dasharray: 7 4; } svg .gtm .curve { stroke-dasharray: 2 4; stroke-linecap: round; }
svg .dot { fill: var(--ink); } svg .ring { fill: var(--sheet); stroke: var(--ink); stroke-width: 2; }

.examples { display: grid; gap: 24px; }
.example { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 7fr); gap: 12px 28px; padding-top: 20px; border-top: 1px solid var(--line); }
.example:first-child { border-top: 0; padding-top: 0; }
.example h3 { grid-column: 1 / -1; }
.example h3 .quiet, .score h3 .quiet { font-weight: 400; }
.triptych { display: grid; grid-template-columns: repeat(3, 1fr); gap: 8px; align-content: start; }
.triptych figcaption, .ranking figcaption { font-weight: 400; font-size: 0.75rem; line-height: 1.35; color: var(--quiet); margin-top: 4px; }
.example img { display: block; width: 100%; height: auto; aspect-ratio: 1; object-fit: contain; border-radius: 6px; background: var(--sunken); }
.example img.coarse { image-rendering: pixelated; }
.rankings { display: grid; gap: 12px; min-width: 0; }
.rankings h4 { margin: 0 0 4px; font-size: 0.8125rem; font-weight: 600; color: var(--quiet); }
.ranking { display: grid; grid-template-columns: repeat(auto-fit, minmax(47px, 1fr)); gap: 8px; }
.ranking figcaption { overflow-wrap: anywhere; }
.ranking img { border: 3px solid transparent; }
.ranking .match img { border-color: var(--good); } .ranking .other img { border: 3px dashed var(--bad); }
.match .sign { color: var(--good); font-weight: 700; } .other .sign { color: var(--bad); font-weight: 700; }

.facts-table { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 6px 20px; }
.facts-table dt { color: var(--quiet); }
.facts-table dd { overflow-wrap: anywhere; }
pre { margin: 0; background: var(--sunken); border-radius: 8px; padding: 12px 14px; white-space: pre-wrap; overflow-wrap: anywhere; }

@media (max-width: 640px) {
  main { padding: 24px 14px 40px; gap: 16px; }
  section, .score { padding: 16px; }
  h1 { font-size: 1.5rem; }
  .example { grid-template-columns: minmax(0, 1fr); }
  .facts-table { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .facts-table dd { margin-bottom: 8px; }
  th, td { padding-right: 8px; }
  .stacked thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .stacked, .stacked caption, .stacked tbody { display: block; }
  .stacked tr { display: flex; flex-wrap: wrap; gap: 2px 12px; border-top: 1px solid var(--line); padding: 10px 0; }
  .stacked th, .stacked td { display: block; border: 0; padding: 0; }
  .stacked th, .stacked td.plot, .stacked td.block { flex: 1 0 100%; width: auto; }
  .stacked td.number { flex: 1 0 0; text-align: left; }
  .stacked td.number::before, .stacked td.block::before { content: attr(data-head); display: block; font-size: 0.75rem; color: var(--quiet); }
}
@media print {
  body { background: #fff; font-size: 11pt; }
  /* Pages break well between blocks, and badly within grids. */
  main, section { display: block; }
  main { max-width: none; padding: 0; }
  main > * + * { margin-top: 14px; }
  section > * + * { margin-top: 10px; }
  .contents { display: none; }
  .plots, .verdicts.held { grid-template-columns: 1fr 1fr; }
  section, .score { border-color: #bbb; }
  section { padding: 14px; }
  p, caption, .score, .standing, .verdicts li, .tiles, .facts-table, tr, figure, .example { break-inside: avoid; }
  h2, h3, .lead, caption, thead, .rowhead { break-after: avoid; }
  .examples { display: block; }
  details::details-content { content-visibility: visible; display: block; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
