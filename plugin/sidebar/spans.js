// Where words stand in a text. The server counts Unicode code points, JavaScript counts UTF-16 units. Knows no DOM.

/** @typedef {{start: number, end: number}} Span  a part of a text; `end` is the first place after it */

/**
 * Make a function from a code-point offset of `text` to its UTF-16 offset. What lies outside is clamped.
 * @param {string} text
 * @returns {(point: number) => number}
 */
export function toUtf16(text) {
  const wide = surrogates(text);
  if (!wide.length) return (point) => clamp(point, text.length);
  // A pair at UTF-16 offset u with k pairs before it is code point u - k.
  const points = wide.map((unit, k) => unit - k);
  return (point) => clamp(point + below(points, point), text.length);
}

/**
 * Collect the evidence of all lines, in UTF-16 units of the text that was sent.
 * @param {object} review  the server's answer
 * @param {string} text  the note as it was sent
 * @returns {(Span & {line: string, unsure: boolean})[]}
 */
export function evidenceOf(review, text) {
  const at = toUtf16(text);
  return review.suggestions.flatMap((line) =>
    line.evidence.map((span) => ({
      start: at(span.start),
      end: at(span.end),
      line: line.id,
      unsure: line.status !== "supported",
    })),
  );
}

/**
 * Move spans along with an edit: what lies before or after it keeps its words, what it touches is dropped.
 * @template {Span} T
 * @param {T[]} spans
 * @param {string} before
 * @param {string} after
 * @returns {T[]}
 */
export function shift(spans, before, after) {
  if (before === after) return spans;
  const head = sharedStart(before, after);
  const tail = sharedEnd(before, after);
  // Where the edge of the edit is open ("one two three" → "one three"), take the reading that keeps more.
  const most = Math.min(before.length, after.length);
  const [late, early] = [moved(spans, before, after, head, Math.min(tail, most - head)), moved(spans, before, after, Math.min(head, most - tail), tail)];
  return early.length > late.length ? early : late;
}

/** The spans that lie in the first `head` units, and those in the last `tail` units, where they are now. */
function moved(spans, before, after, head, tail) {
  const by = after.length - before.length;
  return spans
    .filter((span) => span.end <= head || span.start >= before.length - tail)
    .map((span) => (span.end <= head ? span : { ...span, start: span.start + by, end: span.end + by }));
}

/**
 * Cut the text at every edge.
 * @template {Span} T
 * @param {string} text
 * @param {T[]} spans
 * @returns {{text: string, spans: T[]}[]}  in order; `spans` are those that cover the whole piece
 */
export function pieces(text, spans) {
  const edges = new Set([0, text.length]);
  for (const span of spans) edges.add(span.start).add(span.end);
  const cuts = [...edges].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((start, n) => ({
    text: text.slice(start, cuts[n + 1]),
    spans: spans.filter((span) => span.start <= start && cuts[n + 1] <= span.end),
  }));
}

/**
 * Lay a text as a program holds it beside the same text as a text area shows it, where each line break is one `\n`.
 * @param {string} held  may have `\r\n` or `\r`
 * @returns {{text: string, toShown: (held: number) => number, toHeld: (shown: number) => number}}
 */
export function asShown(held) {
  const text = held.replace(/\r\n?/g, "\n");
  const lost = []; // where a \r\n begins in `held`: it is shown as one character
  for (let at = held.indexOf("\r\n"); at >= 0; at = held.indexOf("\r\n", at + 2)) lost.push(at);
  const shownAt = lost.map((at, k) => at - k);
  return {
    text,
    toShown: (offset) => clamp(offset - below(lost, offset - 1), text.length),
    toHeld: (offset) => clamp(offset + below(shownAt, offset), held.length),
  };
}

/** How many UTF-16 units two texts share at their beginning. */
function sharedStart(one, other) {
  const most = Math.min(one.length, other.length);
  let count = 0;
  while (count < most && one[count] === other[count]) count += 1;
  return count;
}

/** The same at their end. */
function sharedEnd(one, other) {
  const most = Math.min(one.length, other.length);
  let count = 0;
  while (count < most && one.at(-1 - count) === other.at(-1 - count)) count += 1;
  return count;
}

/** The UTF-16 offsets at which a character of two units begins. */
function surrogates(text) {
  return [...text.matchAll(/[\ud800-\udbff][\udc00-\udfff]/g)].map((pair) => pair.index);
}

/** How many of the sorted numbers are smaller than `limit`. */
function below(sorted, limit) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

function clamp(offset, most) {
  return Math.max(0, Math.min(offset, most));
}
