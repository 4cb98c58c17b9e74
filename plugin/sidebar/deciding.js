// What a person decided, on its way to the server: in order, one at a time, kept until it is saved or refused.
//
// Nothing is lost silently: a decision that is not saved stays here, is tried again, and the panel says so.

import { backOff, failureOf, isPassing } from "./asking.js";

/**
 * @typedef {object} Decision as the contract has it
 * @property {string} suggestion_id the review
 * @property {string} line_id the line, or the gap for `dismiss_gap`
 * @property {"accept"|"edit"|"reject"|"dismiss_gap"} action
 * @property {string} [reason_code]
 * @property {{code?: string, units?: number, modifiers?: string[]}} [edit]
 */

/** @typedef {"sending"|"saved"|"waiting"|"refused"} Progress */

/** @typedef {{decision: Decision, progress: Progress, status: number, asked: boolean}} Entry */

/** Whether a decision is known not to be saved: it waits for another try, or the server refused it. */
export function isUnsaved(entry) {
  return entry?.progress === "waiting" || entry?.progress === "refused";
}

export class Deciding {
  #hands;
  /** @type {Entry[]} */
  #queue = [];
  #timer = 0;
  #tries = 0;
  #isBusy = false;
  #hold = (event) => event.preventDefault(); // one a queue: two sidebars don't let go for each other

  /**
   * @param {object} hands
   * @param {(decision: Decision) => Promise<Response>} hands.send
   * @param {(decision: Decision) => Promise<string|null|undefined>} hands.readAgain the review is not known to the server: ask
   *   for it again; gives the review's id, null if there is none to ask for any more, undefined if it could not be read now
   * @param {() => void} hands.changed the progress of some entry
   */
  constructor(hands) {
    this.#hands = hands;
  }

  /** How many are not saved: on their way after a failure, or refused. */
  get unsaved() {
    return this.#queue.filter(isUnsaved).length;
  }

  /** Take a decision; an earlier one on the same line that has not left yet is replaced. Returns its entry. */
  take(decision) {
    this.withdraw(decision.line_id);
    const entry = { decision, progress: "sending", status: 0, asked: false };
    this.#queue.push(entry);
    this.#run();
    return entry;
  }

  /** Take back what has not left yet. False if it is saved or on its way. */
  withdraw(lineId) {
    const first = this.#isBusy ? this.#queue.find((entry) => entry.progress !== "refused") : null;
    const kept = this.#queue.filter((entry) => entry.decision.line_id !== lineId || entry === first);
    const isGone = kept.length < this.#queue.length;
    this.#queue = kept;
    if (isGone) this.#tell();
    return isGone;
  }

  /** Try everything again now, also what was refused. */
  retry() {
    for (const entry of this.#queue) if (entry.progress === "refused") Object.assign(entry, { progress: "waiting", asked: false });
    this.#tries = 0;
    this.#run();
  }

  async #run() {
    clearTimeout(this.#timer);
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      let entry;
      while ((entry = this.#queue.find((each) => each.progress !== "refused"))) {
        if (!(await this.#sent(entry))) break;
      }
    } finally {
      this.#isBusy = false;
    }
  }

  /** Send one. True if the next one may go: this one is saved or refused. */
  async #sent(entry) {
    const failure = await this.#hands.send(entry.decision).then(
      (answer) => (answer.ok ? null : failureOf(answer)),
      () => ({ status: 0, retryAfter: null }),
    );
    if (!failure) return this.#settle(entry, "saved", 0);
    if (failure.status === 404 && !entry.asked) return this.#sendAnew(entry);
    if (!isPassing(failure.status)) return this.#settle(entry, "refused", failure.status);
    this.#wait(entry, failure);
    return false;
  }

  /** The server does not know the review: let it read the note again, then send on the same line. */
  async #sendAnew(entry) {
    entry.asked = true;
    const id = await this.#hands.readAgain(entry.decision);
    if (id === null) return this.#settle(entry, "refused", 404);
    if (id === undefined) {
      entry.asked = false;
      this.#wait(entry, { status: 404, retryAfter: null });
      return false;
    }
    entry.decision = { ...entry.decision, suggestion_id: id };
    return true;
  }

  #settle(entry, progress, status) {
    Object.assign(entry, { progress, status });
    if (progress === "saved") this.#queue = this.#queue.filter((each) => each !== entry);
    this.#tries = 0;
    this.#tell();
    return true;
  }

  #wait(entry, { status, retryAfter }) {
    Object.assign(entry, { progress: "waiting", status });
    this.#timer = setTimeout(() => this.#run(), retryAfter ?? backOff(this.#tries));
    this.#tries += 1;
    this.#tell();
  }

  /** Say that something changed; while anything is unsaved, a page that is being closed asks first. */
  #tell() {
    const act = this.unsaved ? addEventListener : removeEventListener;
    act("beforeunload", this.#hold);
    this.#hands.changed();
  }
}
