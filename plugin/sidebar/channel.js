// Messages between a host's page and the sidebar in a frame, version 1. Both ends use this module; docs/embed.md has the table.
//
// A message is {citecoder: 1, nonce, type, …}. Whatever does not come from the one window, the one origin and the one nonce,
// or is not of a known shape and size, is ignored and counted by why: it is nobody's business to be answered.

export const VERSION = 1;
/** Most characters of a note in a message: as many as the service takes. Each may be two UTF-16 units. */
export const LONGEST_NOTE = 200_000;
const LONGEST = 4_000; // of any other string
const MOST = 5_000; // of items in a list

const isText = (longest) => (value) => typeof value === "string" && value.length <= longest;
const isWord = isText(LONGEST);
/** Whether a text is a note that is not too long. */
export const isNote = (value) => isText(2 * LONGEST_NOTE)(value) && (value.length <= LONGEST_NOTE || [...value].length <= LONGEST_NOTE);
const isFlag = (value) => typeof value === "boolean";
const isPlace = (value) => Number.isSafeInteger(value) && value >= 0 && value <= 2 * LONGEST_NOTE;
const isPlain = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isSpan = (value) => isPlain(value) && isPlace(value.start) && isPlace(value.end) && value.start <= value.end;
const isList = (isItem) => (value) => Array.isArray(value) && value.length <= MOST && value.every(isItem);
const isGroup = ({ name, ranges } = {}) => ["supported", "unsure", "lit"].includes(name) && isList(isSpan)(ranges);
const orNull = (isIt) => (value) => value === null || value === undefined || isIt(value);
const isOneOf = (...values) => (value) => values.includes(value);

/** What the host may say: type → field → whether its value will do. Fields that are not named are dropped. */
export const FROM_HOST = {
  note: { text: isNote, settled: orNull(isFlag) },
  context: {
    payer: orNull(isWord), discipline: orNull(isWord), date: orNull(isWord), stage: orNull(isWord),
    theme: orNull(isOneOf("light", "dark", "auto")), new_note: orNull(isFlag), no_ask: orNull(isFlag),
  },
  caret: { offset: orNull(isPlace) },
  focus: {},
  print: {},
}; // prettier-ignore

/** What the frame may say. Decisions and reviews are plain data; what they hold is the contract's. */
export const FROM_FRAME = {
  ready: { version: (value) => value === VERSION },
  review: { review: isPlain },
  evidence: { groups: isList(isGroup) },
  jump: { span: isSpan },
  insert: { text: isWord, at: isOneOf("caret", "end"), select: orNull(isSpan) },
  accept: { detail: isPlain },
  reject: { detail: isPlain },
  dismiss: { detail: isPlain },
  undo: { detail: isPlain },
  lapsed: { detail: isPlain },
  date: { date: orNull(isWord) },
  focus: {},
  size: { width: isPlace, height: isPlace, collapsed: isFlag },
  error: { status: Number.isFinite, detail: isWord },
};

/**
 * Open one end.
 * @param {object} end
 * @param {() => Window|null} end.other  the window at the other end
 * @param {string} end.origin  its origin
 * @param {string} end.nonce
 * @param {Record<string, Record<string, (value: unknown) => boolean>>} end.takes  `FROM_HOST` or `FROM_FRAME`
 * @param {(type: string, fields: object) => void} end.heard
 * @returns {{say: (type: string, fields?: object) => void, ignored: Record<string, number>, close: () => void}}
 */
export function openChannel({ other, origin, nonce, takes, heard }) {
  const ignored = { window: 0, origin: 0, nonce: 0, version: 0, type: 0, shape: 0 };
  const ends = new AbortController();

  function hear({ source, origin: from, data }) {
    const why = reason(source, from, data);
    if (why) return void (ignored[why] += 1);
    heard(data.type, Object.fromEntries(Object.keys(takes[data.type]).map((name) => [name, data[name]])));
  }

  function reason(source, from, data) {
    if (source !== other()) return "window";
    if (from !== origin) return "origin";
    if (!isPlain(data) || data.citecoder !== VERSION) return "version";
    if (data.nonce !== nonce) return "nonce";
    if (!Object.hasOwn(takes, data.type)) return "type";
    return Object.entries(takes[data.type]).every(([name, willDo]) => willDo(data[name])) ? null : "shape";
  }

  addEventListener("message", hear, { signal: ends.signal });
  return {
    ignored,
    say: (type, fields = {}) => other()?.postMessage({ citecoder: VERSION, nonce, type, ...fields }, origin),
    close: () => ends.abort(),
  };
}
