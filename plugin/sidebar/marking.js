// Where the evidence of each line stands in the note of now, and what of it is lit. Offsets are UTF-16 units.

import { evidenceOf, shift, toUtf16 } from "./spans.js";

export class Marking {
  #text = ""; // the note that the spans are about
  #spans = []; // {start, end, line, unsure}
  #sent = ""; // the note as it was sent, and
  #at = () => 0; // where its code points stand in it
  #lit = { line: null, spans: [] };

  /** Take the evidence of a review of `sent`; the note may have gone on to `text` meanwhile. */
  take(review, sent, text) {
    this.#sent = sent;
    this.#at = toUtf16(sent);
    this.#text = text;
    this.#spans = shift(evidenceOf(review, sent), sent, text);
  }

  /** The note changed: spans keep to their words, those whose words were touched go. */
  follow(text) {
    this.#spans = shift(this.#spans, this.#text, text);
    this.#lit = { line: null, spans: [] };
    this.#text = text;
  }

  clear() {
    this.take({ suggestions: [] }, "", "");
    this.#lit = { line: null, spans: [] };
  }

  /** The line whose evidence stands at a place of the note, or null; the narrowest one, where several do. */
  lineAt(offset) {
    const over = this.#spans.filter((span) => span.start <= offset && offset <= span.end);
    over.sort((a, b) => a.end - a.start - (b.end - b.start));
    return over[0]?.line ?? null;
  }

  /** Evidence of a line. */
  of(line) {
    return this.#spans.filter((span) => span.line === line).map(({ start, end }) => ({ start, end }));
  }

  /** Where a piece of the review's evidence stands now, or null if its words were changed. */
  now(evidence) {
    const sent = { start: this.#at(evidence.start), end: this.#at(evidence.end) };
    return shift([sent], this.#sent, this.#text)[0] ?? null;
  }

  /** Light the evidence of a line, or none. */
  light(line) {
    this.#lit = { line, spans: line === null ? [] : this.of(line) };
  }

  /** What a note adapter marks. */
  groups() {
    const ranges = (unsure) =>
      this.#spans.filter((span) => span.unsure === unsure).map(({ start, end }) => ({ start, end }));
    return [
      { name: "supported", ranges: ranges(false) },
      { name: "unsure", ranges: ranges(true) },
      { name: "lit", ranges: this.#lit.spans },
    ];
  }
}
