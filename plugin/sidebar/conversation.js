// Questions and their answers, one after the other: asked, streamed, stopped, asked again. In memory; who shows them may keep them.
//
// Knows nothing of nodes: `hands` sends a question and hears of every change.

import { failureOf } from "./asking.js";
import { eventsOf } from "./stream.js";

const SILENCE = 75_000; // ms without a word of an answer: a little more than a server gives itself
const HISTORY = { turns: 8, characters: 24_000 }; // of what was said before; a question rarely looks back further
export const LONGEST_QUESTION = 8_000;
/** Statuses of our own, beside those of HTTP and 0 for no answer at all. */
export const UNREADABLE = -1;
export const BROKEN_OFF = -2;

/**
 * @typedef {object} Turn
 * @property {number} id
 * @property {string} question
 * @property {{payer?: string, discipline?: string, date_of_service?: string, note?: string}} asked  what it was asked about
 * @property {"asking"|"answered"|"stopped"|"failed"} phase
 * @property {{text: string, citations: string[]}[]} sentences
 * @property {Map<string, object>} passages  by id
 * @property {object|null} told  the whole response, once it is there
 * @property {{status: number, detail: string, retryAfter: number|null}|null} failure
 */

export class Conversation {
  /** @type {Turn[]} */
  turns = [];
  #hands;
  #request = null;
  #count = 0;

  /**
   * @param {object} hands
   * @param {(body: object, signal: AbortSignal) => Promise<Response>} hands.send
   * @param {(turn: Turn|null) => void} hands.changed
   */
  constructor(hands) {
    this.#hands = hands;
  }

  /** Whether an answer is under way. */
  get isBusy() {
    return this.#request !== null;
  }

  /** Ask; resolves to the turn when all is told. Null if there is nothing to ask, or an answer is under way. */
  async ask(question, asked) {
    const text = question.trim().slice(0, LONGEST_QUESTION);
    if (!text || this.isBusy) return null;
    const turn = { id: (this.#count += 1), question: text, asked, ...fresh() };
    this.turns.push(turn);
    return this.#run(turn);
  }

  /** Ask the same again, in its place, with what is known of the visit now. */
  async again(turn, asked = turn.asked) {
    if (this.isBusy || !this.turns.includes(turn)) return null;
    Object.assign(turn, { asked }, fresh());
    return this.#run(turn);
  }

  /** Give up the answer that is under way; what has come of it stays. */
  stop() {
    const turn = this.turns.find((each) => each.phase === "asking");
    this.#request?.abort();
    this.#request = null;
    if (!turn) return;
    turn.phase = "stopped";
    this.#hands.changed(turn);
  }

  /** Forget everything. */
  clear() {
    this.stop();
    this.turns = [];
    this.#hands.changed(null);
  }

  /** Forget what was asked about a note: the note is gone. */
  forgetNoted() {
    if (this.turns.some((turn) => turn.asked.note && turn.phase === "asking")) this.stop();
    this.turns = this.turns.filter((turn) => !turn.asked.note);
  }

  /** Take up what was kept of an earlier conversation, as pairs of question and response. */
  takeUp(kept) {
    for (const { question, asked, told } of kept) {
      const turn = { id: (this.#count += 1), question, asked, ...fresh() };
      finish(turn, told);
      this.turns.push(turn);
    }
  }

  /** The passage of this id, wherever it was told. */
  passage(id) {
    return this.turns.findLast((turn) => turn.passages.has(id))?.passages.get(id) ?? null;
  }

  async #run(turn) {
    const request = (this.#request = new AbortController());
    const isOurs = () => request === this.#request;
    this.#hands.changed(turn);
    const failure = await this.#answered(turn, request, isOurs).catch((error) => error ?? {});
    if (!isOurs()) return turn; // stopped: whatever came of it later is nobody's
    this.#request = null;
    if (failure) Object.assign(turn, { phase: "failed", failure: failed(failure, turn) });
    this.#hands.changed(turn);
    return turn;
  }

  async #answered(turn, request, isOurs) {
    const body = { question: turn.question, ...turn.asked, history: historyOf(this.turns.slice(0, this.turns.indexOf(turn))) };
    const patience = watch(request);
    try {
      const answer = await this.#hands.send(body, request.signal);
      if (!answer.ok) throw await failureOf(answer);
      if (!/^text\/event-stream/i.test(answer.headers?.get?.("Content-Type") ?? "")) return finish(turn, await answer.json().catch(() => null));
      for await (const event of eventsOf(answer)) {
        if (!isOurs()) return null;
        patience.renew();
        if (take(turn, event)) return null;
        this.#hands.changed(turn);
      }
    } finally {
      patience.end();
    }
    throw { status: BROKEN_OFF };
  }
}

function fresh() {
  return { phase: "asking", sentences: [], passages: new Map(), told: null, failure: null };
}

/** Take one event; true when it was the last one. */
function take(turn, { name, data }) {
  if (name === "sentence" && isSentence(data)) turn.sentences = [...turn.sentences, data];
  else if (name === "passages") for (const each of [data?.passages ?? data].flat().filter(isPassage)) turn.passages.set(each.id, each);
  else if (name === "error") throw { status: Number.isInteger(data?.status) ? data.status : 500, detail: textOf(data?.detail) };
  else if (name === "done") {
    finish(turn, data);
    return true;
  }
  return false;
}

function finish(turn, told) {
  if (!isAnswer(told)) throw { status: UNREADABLE };
  Object.assign(turn, { told, sentences: told.sentences, passages: new Map(told.passages.map((each) => [each.id, each])), phase: "answered" });
  return null;
}

function failed({ status, detail, retryAfter }, turn) {
  const isKnown = typeof status === "number";
  return { status: isKnown ? status : turn.sentences.length ? BROKEN_OFF : 0, detail: textOf(detail), retryAfter: retryAfter ?? null };
}

/** What was said before, the oldest first, as much of it as a question needs. */
function historyOf(turns) {
  const said = turns.filter((turn) => turn.sentences.length).slice(-HISTORY.turns).map((turn) => [
    { role: "user", content: turn.question },
    { role: "assistant", content: turn.sentences.map((each) => each.text).join(" ").slice(0, LONGEST_QUESTION) },
  ]); // prettier-ignore
  const size = () => said.flat().reduce((sum, { content }) => sum + content.length, 0);
  while (size() > HISTORY.characters) said.shift();
  return said.flat();
}

/** Give up when nothing comes for too long. */
function watch(request) {
  let timer = 0;
  const renew = () => {
    clearTimeout(timer);
    timer = setTimeout(() => request.abort(), SILENCE);
  };
  renew();
  return { renew, end: () => clearTimeout(timer) };
}

// --- shapes: what a server says is data, and may be anything ---------------------------------------

const isPlain = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isListOf = (isItem) => (value) => Array.isArray(value) && value.every(isItem);
const isText = (value) => typeof value === "string";
const isSentence = (value) => isPlain(value) && isText(value.text) && isListOf(isText)(value.citations);
const isPassage = (value) => isPlain(value) && isText(value.id) && isText(value.text) && isPlain(value.source) && isText(value.source.title);
const isConflict = (value) => isPlain(value) && [value.claim, value.said_by, value.contradicted_by, value.resolution].every(isText);
const textOf = (value) => (isText(value) ? value : "");

/** Tell whether this is an answer in the contract's shape. */
export function isAnswer(told) {
  return isPlain(told) && isListOf(isSentence)(told.sentences) && isListOf(isPassage)(told.passages) && isListOf(isConflict)(told.conflicts ?? []);
}
