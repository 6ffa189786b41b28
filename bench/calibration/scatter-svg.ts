/** Pairs to be drawn beside each other. */
export interface Panel {
  readonly title: string;
  /** Estimate (up) and truth (across), both in 1/255. */
  readonly pairs: readonly { readonly estimate: number; readonly truth: number }[];
}

const [SIDE, LEFT, TOP, GAP, BOTTOM] = [360, 56, 40, 64, 46];
/** Levels of 1/255 at the ends of both axes; what lies beyond is drawn at the end. */
const [LEAST, MOST] = [1 / 32, 64];
const TICKS = [0.0625, 0.25, 1, 4, 16, 64];

const STYLE = `
  svg { background: #ffffff; font: 12px system-ui, sans-serif; }
  text { fill: #30343a; } .quiet { fill: #6b7280; font-size: 11px; }
  .grid { stroke: #e3e6ea; } .equal { stroke: #6b7280; } .twice { stroke: #9aa1ab; stroke-dasharray: 3 3; }
  .dot { fill: #1d6fb8; fill-opacity: 0.35; }
  @media (prefers-color-scheme: dark) {
    svg { background: #15181c; } text { fill: #e4e7eb; } .quiet { fill: #98a1ad; }
    .grid { stroke: #2b3037; } .equal { stroke: #98a1ad; } .twice { stroke: #69717c; } .dot { fill: #6cb6f5; }
  }`;

/** 0 at the least level, 1 at the most; logarithmic. */
function share(level: number): number {
  const within = Math.min(MOST, Math.max(LEAST, level));
  return Math.log(within / LEAST) / Math.log(MOST / LEAST);
}

/** Estimates over truths, panel beside panel, with lines at equality and at half and twice the truth. */
export function scatterSvg(panels: readonly Panel[]): string {
  const width = LEFT + panels.length * (SIDE + GAP) - GAP + 16;
  const height = TOP + SIDE + BOTTOM;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<style>${STYLE}
</style>
${panels.map((panel, i) => panelSvg(panel, LEFT + i * (SIDE + GAP))).join('\n')}
</svg>
`;
}

function panelSvg({ title, pairs }: Panel, left: number): string {
  const bottom = TOP + SIDE;
  const px = (level: number): string => (left + SIDE * share(level)).toFixed(1);
  const py = (level: number): string => (bottom - SIDE * share(level)).toFixed(1);
  const grid = TICKS.flatMap((level) => [
    `<line class="grid" x1="${px(level)}" x2="${px(level)}" y1="${TOP}" y2="${bottom}"/>`,
    `<line class="grid" x1="${left}" x2="${left + SIDE}" y1="${py(level)}" y2="${py(level)}"/>`,
    `<text class="quiet" x="${px(level)}" y="${bottom + 16}" text-anchor="middle">${level}</text>`,
    `<text class="quiet" x="${left - 6}" y="${Number(py(level)) + 4}" text-anchor="end">${level}</text>`,
  ]);
  const ratio = (kind: string, factor: number): string => {
    const [from, to] = [Math.max(LEAST, LEAST / factor), Math.min(MOST, MOST / factor)];
    return `<line class="${kind}" x1="${px(from)}" y1="${py(from * factor)}" x2="${px(to)}" y2="${py(to * factor)}"/>`;
  };
  const dots = pairs.map(
    ({ estimate, truth }) => `<circle class="dot" r="2.5" cx="${px(truth)}" cy="${py(estimate)}"/>`,
  );
  const middle = left + SIDE / 2;
  return [
    `<text x="${left}" y="${TOP - 14}">${title}</text>`,
    ...grid,
    ratio('equal', 1),
    ratio('twice', 0.5),
    ratio('twice', 2),
    ...dots,
    `<text class="quiet" x="${middle}" y="${bottom + 36}" text-anchor="middle">smallest epsilon found, in 1/255</text>`,
  ].join('\n');
}
