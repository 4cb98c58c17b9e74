// When the server is asked about the note: after a pause in the writing, one request at a time, and again after a failure.
//
// Knows nothing of notes or panels: `make` gives the request of now, `told` hears what became of it.

const PAUSE = 300; // ms after the last key
const LONGEST_PAUSE = 2_500; // ms that somebody may write on without a pause before the note is read all the same
const UNSEEN = 150; // ms that a reading may take before anybody is told that it is under way
const LONGEST = 75_000; // ms for one answer: a little more than a server gives itself
const BACK_OFF = { first: 1_000, longest: 30_000 };

/**
 * @typedef {object} Failure
 * @property {number} status HTTP status; 0 if no answer came; -1 if it could not be understood
 * @property {string} detail what the server said, or ""
 * @property {number|null} retryIn ms until the next try, or null if trying again by itself is of no use
 */

export class Asking {
  #hands;
  #timer = 0;
  #request = null;
  #tries = 0;
  #since = null; // when the first change came that no request has taken up
  #isAmid = false; // the request under way was made amid the writing: it may answer while the writing goes on
  #notBefore = 0; // the server said when it wants to be asked again

  /**
   * @param {object} hands
   * @param {() => {note: string, body: object}|null} hands.make the request of now; null if there is nothing to ask
   * @param {(body: object, signal: AbortSignal) => Promise<Response>} hands.send
   * @param {(told: object) => boolean} hands.understands whether an answer is one
   * @param {(phase: "reading"|"answered"|"failed", what: object|null, note: string) => void} hands.told
   */
  constructor(hands) {
    this.#hands = hands;
  }

  /**
   * Ask after a pause; a later call moves it, but not for ever. What is under way is given up, as it is about an older
   * note, unless it was asked amid the writing: then an answer about nearly this note is better than none.
   * @param {number} [pause] ms
   * @param {boolean} [isAmid] the writing is likely to go on
   */
  soon(pause = PAUSE, isAmid = false) {
    const now = Date.now();
    clearTimeout(this.#timer);
    if (!this.#isAmid) this.stop();
    this.#tries = 0;
    this.#since ??= now;
    const left = this.#request ? Infinity : this.#since + LONGEST_PAUSE - now;
    const wait = Math.max(Math.min(pause, left), this.#notBefore - now, 0);
    this.#timer = setTimeout(() => this.#ask(isAmid || left <= pause), wait);
  }

  /** Ask now. Resolves to the answer, or null if it failed or was overtaken. */
  now() {
    return this.#ask(false);
  }

  async #ask(isAmid) {
    this.stop();
    this.#isAmid = isAmid;
    this.#since = null;
    const asked = this.#hands.make();
    if (!asked) return null;
    const request = (this.#request = new AbortController());
    const unseen = setTimeout(() => request === this.#request && this.#hands.told("reading", null, asked.note), UNSEEN);
    const tooLong = setTimeout(() => request.abort(), LONGEST);
    const { told, failure } = await this.#answer(asked.body, request).then(
      (answer) => ({ told: answer }),
      (error) => ({ failure: error ?? {} }),
    );
    clearTimeout(unseen);
    clearTimeout(tooLong);
    if (request !== this.#request) return null; // a newer note is being read: this answer is late
    this.#request = null;
    this.#isAmid = false;
    if (failure) return this.#fail(failure, asked.note);
    this.#tries = 0;
    this.#hands.told("answered", told, asked.note);
    return told;
  }

  /** Give up what is waiting and what is under way. */
  stop() {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#request = null;
    this.#isAmid = false;
  }

  async #answer(body, request) {
    const answer = await this.#hands.send(body, request.signal);
    if (!answer.ok) throw await failureOf(answer);
    const told = await answer.json().catch(() => null);
    if (!this.#hands.understands(told)) throw { status: -1, detail: "", retryAfter: null };
    return told;
  }

  #fail(failure, note) {
    const { status, detail, retryAfter } = typeof failure.status === "number" ? failure : { status: 0, detail: "", retryAfter: null };
    const retryIn = isPassing(status) ? (retryAfter ?? backOff(this.#tries)) : null;
    this.#tries += 1;
    if (retryAfter !== null) this.#notBefore = Date.now() + retryAfter;
    if (retryIn !== null) this.#timer = setTimeout(() => this.now(), retryIn);
    this.#hands.told("failed", { status, detail, retryIn }, note);
    return null;
  }
}

/** Whether a failure may pass by itself: no answer, too many, too slow, or a fault of the server. */
export function isPassing(status) {
  return status === 0 || status === 408 || status === 429 || status >= 500;
}

/** Milliseconds to wait before the next try: doubling, with a little chance so that panels don't come back in step. */
export function backOff(tries, chance = Math.random()) {
  return Math.min(BACK_OFF.first * 2 ** tries, BACK_OFF.longest) * (0.8 + 0.4 * chance);
}

/** Read a refusal: problem documents say in `detail` what to do; a `Retry-After` says when. */
export async function failureOf(answer) {
  const problem = await answer.json().catch(() => null);
  const first = problem?.errors?.[0];
  const named = first?.msg && Array.isArray(first.loc) ? `${first.loc.at(-1)}: ${first.msg}` : problem?.detail;
  const seconds = Number.parseFloat(answer.headers.get("Retry-After") ?? "");
  return {
    status: answer.status,
    detail: typeof named === "string" ? named : "",
    retryAfter: Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0.5), 600) * 1000 : null,
  };
}
