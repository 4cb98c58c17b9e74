// Where evidence stands in the note. The server counts Unicode code points, JavaScript counts UTF-16 units.

/** Return a function from a code-point offset of `text` to its UTF-16 offset. */
export function utf16Offsets(text) {
  const starts = [];
  for (let unit = 0; unit < text.length; unit += text.codePointAt(unit) > 0xffff ? 2 : 1) starts.push(unit);
  starts.push(text.length);
  return (point) => starts[Math.max(0, Math.min(point, starts.length - 1))];
}

/** Collect the evidence of all lines as {start, end, line, unsure}, in UTF-16 units of `text`. */
export function evidenceOf(review, text) {
  const at = utf16Offsets(text);
  return review.suggestions.flatMap((line) =>
    line.evidence.map((span) => ({
      start: at(span.start),
      end: at(span.end),
      line: line.id,
      unsure: line.status !== "supported",
    })),
  );
}

/** Move spans along with an edit: what lies before or after it keeps its words, what it touches is dropped. */
export function shift(spans, before, after) {
  const shortest = Math.min(before.length, after.length);
  let head = 0;
  while (head < shortest && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shortest - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  const moved = after.length - before.length;
  return spans
    .filter((span) => span.end <= head || span.start >= before.length - tail)
    .map((span) => (span.end <= head ? span : { ...span, start: span.start + moved, end: span.end + moved }));
}

/** Cut the text at every edge: [{text, spans}], where spans are those that cover the whole piece. */
export function pieces(text, spans) {
  const edges = new Set([0, text.length]);
  for (const span of spans) edges.add(span.start).add(span.end);
  const cuts = [...edges].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((start, n) => ({
    text: text.slice(start, cuts[n + 1]),
    spans: spans.filter((span) => span.start <= start && cuts[n + 1] <= span.end),
  }));
}
