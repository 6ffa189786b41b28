import { HoldfastApiError } from '../sdk/index.ts';
import { connect } from './connection.ts';
import { watchControls } from './controls.ts';
import { h } from './dom.ts';
import { watchPictures } from './picture-input.ts';
import { probeView } from './probe-view.ts';
import { fileQuery, galleryQuery, type Query, showPreview } from './query.ts';
import { resultList } from './result-list.ts';
import { sampleStrip } from './sample-strip.ts';
import { stage } from './stage.ts';
import { count, duration } from './words.ts';

const client = connect();
const strip = sampleStrip();
const view = stage();
const settings = watchControls(() => run());
let query: Query | undefined;
let current = new AbortController();

/** Makes a picture the query and searches with it. */
function ask(next: Query): void {
  query = next;
  showPreview(next);
  strip.mark(next.id);
  run();
}

/** Answers the query as the page is set. A newer run ends the one before. */
function run(): void {
  current.abort();
  current = new AbortController();
  if (query === undefined) return;
  const { signal } = current;
  answer(query, signal).catch((error: unknown) => {
    if (!signal.aborted) view.fail(error, run);
  });
}

async function answer(asked: Query, signal: AbortSignal): Promise<void> {
  const { k, robustness, attack } = settings();
  if (attack?.attacks.length === 0) return view.show([h('p', { class: 'empty' }, 'Choose an attack, or several.')], '');
  view.loading(attack === undefined ? 'Searching…' : 'Attacking…');
  const picture = await asked.load(signal);
  if (attack === undefined) {
    const found = await client.search(picture, { k, robustness, include: ['suspicion'] }, { signal });
    const nodes = resultList(found, (result) => ask(galleryQuery(result, client)));
    view.show(
      nodes,
      `${count(found.results.length, 'result')} from ${found.model} in ${duration(found.timings.total)}`,
    );
  } else {
    const probe = await client.probe(picture, { ...attack, k }, { signal });
    view.show(probeView(probe), `Attacked ${probe.model} in ${duration(probe.timings.total)}`);
  }
}

/** Shows the samples as soon as the server is ready; it answers with NOT_READY while it opens its gallery. */
async function showSamples(): Promise<void> {
  try {
    strip.show(await client.samples(), (sample) => ask(galleryQuery(sample, client)));
    strip.mark(query?.id);
  } catch (error) {
    if (!(error instanceof HoldfastApiError && error.code === 'NOT_READY')) return strip.fail(error, showSamples);
    strip.say('The server is starting…');
    setTimeout(showSamples, (error.retryAfter ?? 1) * 1000);
  }
}

watchPictures(
  (file) => ask(fileQuery(file)),
  () => view.say('That was no picture file.'),
);
void showSamples();
