// One note under review: what was read of it, what is shown as open or decided, and whether that is still the note of now.
//
// Knows nothing of nodes: `surface` is the element, which has the note, the server and the screen.

import { Asking } from "./asking.js";
import { Conversation } from "./conversation.js";
import { Deciding, isUnsaved } from "./deciding.js";
import { gaps, isReview, numbered, openGaps, signature, totalUnits } from "./gathered.js";
import { Marking } from "./marking.js";
import { words } from "./words.js";

const SETTLED = 20; // ms: the writer paused on purpose, so there is nothing to wait for but the end of the event
const LONGEST_INDENT = 12; // characters that come with a line's end
const DIM_AFTER = 600; // ms that what was read may be out of date before it is dimmed: a quick answer changes nothing
const SAY_AFTER = 1200; // ms without news before a screen reader is told

/**
 * @typedef {object} Surface
 * @property {() => string} text the note as the host holds it
 * @property {() => object} request the fields of the request besides the note
 * @property {(path: string, init: object) => Promise<Response>} fetch
 * @property {(name: string, detail: object, isCancelable?: boolean) => boolean} emit false if the host took it over
 * @property {() => void} redraw
 * @property {(groups: object[]) => void} mark
 */

export class Session {
  #surface;
  #text = "";
  #saying = 0;
  #lastSaid = "";
  #noticing = 0;
  #dimming = 0;

  /** @param {Surface} surface */
  constructor(surface) {
    this.#surface = surface;
    this.marking = new Marking();
    this.deciding = new Deciding({
      send: (decision) => surface.fetch("/v1/decisions", posted(decision, { keepalive: true })),
      readAgain: (decision) => this.#readAgain(decision),
      changed: () => surface.redraw(),
    });
    this.asking = new Asking({
      make: () => this.#request(),
      send: (body, signal) => surface.fetch("/v1/suggestions", posted(body, { signal })),
      understands: isReview,
      told: (phase, what, note) => this.#told(phase, what, note),
    });
    this.talk = new Conversation({
      send: (body, signal) => surface.fetch("/v1/answers", posted(body, { signal }, "text/event-stream, application/json")),
      changed: () => surface.redraw(),
    });
    this.#forget();
  }

  /** Begin with another note: nothing of the last one is shown; what was decided on it still goes to the server. */
  reset() {
    this.asking.stop();
    this.#forget();
    this.noteChanged(false);
    this.#surface.redraw();
  }

  #forget() {
    this.id = newId();
    this.review = null;
    this.numbers = new Map();
    this.sent = "";
    this.#text = "";
    this.marking.clear();
    this.open = new Set();
    this.decided = new Map(); // line → {action, reason_code, edit, stood, about, entry}
    this.lapsed = new Map(); // line → {code, was, now}: accepted, then the note came to support something else
    this.dismissed = new Map(); // gap → {reason_code, entry}
    this.undone = new Map(); // line → the action that the server has kept
    this.form = null; // {kind: "edit"|"reject"|"dismiss", id, problem}
    this.cards = []; // ids of passages, or "keys"; the last one is on top
    this.lit = null; // the line at the writer's caret
    this.#setCurrent(true);
    this.isReading = false;
    this.failure = null;
    this.notice = "";
    this.said = "";
    this.talk.clear();
  }

  /** The note may have changed. `settled`: the writer paused on purpose. */
  noteChanged(settled) {
    const text = this.#surface.text();
    if (text === this.#text) {
      if (settled && !this.isCurrent && !this.isReading && !this.failure) this.asking.soon(SETTLED);
      return;
    }
    const isLineEnd = endsLine(this.#text, text);
    this.#text = text;
    this.marking.follow(text);
    if (!text.trim()) return this.#empty();
    this.#setCurrent(false);
    this.isReading = false;
    this.asking.soon(settled || isLineEnd ? SETTLED : undefined, isLineEnd && !settled);
    this.#show();
  }

  /** Payer, discipline, date or stage changed: the same note reads differently. */
  contextChanged() {
    if (!this.#text.trim()) return;
    this.#setCurrent(false);
    this.asking.soon(SETTLED);
    this.#surface.redraw();
  }

  /** Whether a line may be accepted: not while what is shown was read of another text and no newer reading has come. */
  get isOutdated() {
    return this.failure !== null && !this.isCurrent;
  }

  /** How many decisions that are not saved say so at their line. */
  get unsavedInView() {
    return [...this.decided.values()].filter(({ entry }) => isUnsaved(entry)).length;
  }

  get hasText() {
    return this.#text.trim() !== "";
  }

  /** Whether what is shown is about the note of now; if it is not for a while, it is dimmed. */
  #setCurrent(isCurrent) {
    const isNews = isCurrent !== this.isCurrent;
    this.isCurrent = isCurrent;
    if (isCurrent) this.isDim = false;
    if (!isNews) return;
    clearTimeout(this.#dimming);
    if (isCurrent) return;
    this.#dimming = setTimeout(() => {
      this.isDim = true;
      this.#surface.redraw();
    }, DIM_AFTER);
  }

  #empty() {
    this.asking.stop();
    this.#setCurrent(true);
    Object.assign(this, { review: null, isReading: false, failure: null, form: null, lit: null });
    this.numbers = new Map();
    this.cards = this.cards.filter((card) => card === "keys");
    for (const lapsed of this.lapsed.values()) lapsed.now = null;
    for (const id of this.decided.keys()) this.#lapse(id, null);
    this.dismissed.clear();
    this.undone.clear();
    this.marking.clear();
    this.talk.forgetNoted();
    this.#show();
  }

  #request() {
    const text = this.#surface.text(); // a program may have changed it without telling anybody
    if (text !== this.#text) this.marking.follow(text);
    this.#text = text;
    if (!text.trim()) return null;
    return { note: this.#text, body: { id: this.id, note: this.#text, ...this.#surface.request() } };
  }

  #told(phase, what, note) {
    if (phase === "reading") this.isReading = true;
    else {
      this.isReading = false;
      this.failure = phase === "failed" ? what : null;
      if (phase === "answered") return this.#take(what, note);
      this.#surface.emit("error", { status: what.status, detail: what.detail || words.failure(what.status) });
    }
    return this.#surface.redraw();
  }

  #take(review, note) {
    this.review = review;
    this.numbers = numbered(review);
    this.sent = note;
    this.#setCurrent(note === this.#text);
    this.marking.take(review, note, this.#text);
    this.#settle();
    this.#show();
    this.#sayLater();
    this.#surface.emit("review", { review });
  }

  /** What was decided stays as long as its line stands as it was decided on; the rest goes. */
  #settle() {
    const lines = new Map(this.review.suggestions.map((line) => [line.id, line]));
    const asked = new Set(gaps(this.review).map(({ gap }) => gap.id));
    const stands = (id, { about, stood }) => lines.has(id) && [about, stood && signature(stood)].includes(signature(lines.get(id)));
    for (const [id, lapsed] of this.lapsed) lapsed.now = standing(lines.get(id));
    for (const [id, decided] of this.decided) if (!stands(id, decided)) this.#lapse(id, lines.get(id));
    for (const id of this.undone.keys()) if (!lines.has(id)) this.undone.delete(id);
    for (const id of this.dismissed.keys()) if (!asked.has(id)) this.dismissed.delete(id);
    if (this.form && !lines.has(this.form.id) && !asked.has(this.form.id)) this.form = null;
    const known = new Set(this.review.passages.map((passage) => passage.id));
    this.cards = this.cards.filter((card) => card === "keys" || known.has(card) || this.talk.passage(card));
  }

  /** A decision no longer fits its line. Who took the line as accepted has to hear that it isn't any more. */
  #lapse(id, line) {
    const { stood, about } = this.decided.get(id);
    this.decided.delete(id);
    this.deciding.withdraw(id); // what has not left was about another line
    if (!stood) return;
    const { code, units, modifiers } = stood;
    const now = standing(line);
    this.lapsed.set(id, { code, was: { units, modifiers }, now });
    const { code: nowCode, ...counted } = now ?? {};
    const isSameCode = nowCode === JSON.parse(about)[0];
    this.#surface.emit("lapsed", { line_id: id, code, was: { units, modifiers: [...modifiers] }, now: isSameCode ? counted : null });
  }

  async #readAgain(decision) {
    if (decision.suggestion_id !== this.id) return null; // of an earlier note, which is gone
    const review = await this.asking.now();
    return review?.id;
  }

  #show() {
    this.#surface.mark(this.marking.groups());
    this.#surface.redraw();
  }

  /** One summary after a pause, and only if it says something new. */
  #sayLater() {
    clearTimeout(this.#saying);
    this.#saying = setTimeout(() => {
      if (!this.review || !this.isCurrent) return;
      const { low, high } = totalUnits(this.review);
      const gapCount = openGaps(this.review, this.dismissed).length;
      this.say(words.summary(this.review.suggestions.length, words.units(low, high), gapCount));
    }, SAY_AFTER);
  }

  say(text) {
    if (text === this.#lastSaid) return;
    this.#lastSaid = this.said = text;
    this.#surface.redraw();
  }

  /** Show a sentence for some seconds. */
  tell(text) {
    clearTimeout(this.#noticing);
    this.notice = text;
    this.#noticing = setTimeout(() => {
      this.notice = "";
      this.#surface.redraw();
    }, 5000);
    this.say(text);
    this.#surface.redraw();
  }

  /** The panel is taken off the page. What was decided still goes to the server. */
  stop() {
    this.asking.stop();
    this.talk.stop();
    for (const timer of [this.#saying, this.#noticing, this.#dimming]) clearTimeout(timer);
  }
}

/** What a reading makes of a line, or null if it is gone. */
function standing(line) {
  return line ? { code: line.code, units: line.units, modifiers: [...line.modifiers] } : null;
}

/** Whether a line of the note was just ended: one break more, and nothing else but the indent that an editor adds. */
function endsLine(was, is) {
  const breaks = (text) => text.split("\n").length;
  const grown = is.length - was.length;
  return grown > 0 && grown <= LONGEST_INDENT && breaks(is) === breaks(was) + 1;
}

/** What is sent as JSON. */
function posted(body, more, accept = "application/json") {
  return { method: "POST", headers: { "Content-Type": "application/json", Accept: accept }, body: JSON.stringify(body), ...more };
}

/** A random id; `crypto.randomUUID` is there on secure origins only. */
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
