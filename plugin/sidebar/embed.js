// The host's side of the sidebar in a frame: makes the frame, and keeps it and a note of this page in step.

import { FROM_FRAME, isNote, LONGEST_NOTE, openChannel } from "./channel.js";
import { hostFor } from "./hosts.js";

const SANDBOX = "allow-scripts allow-same-origin allow-modals allow-popups allow-popups-to-escape-sandbox";
const TOO_LONG = { status: 413, detail: `The note is longer than ${LONGEST_NOTE.toLocaleString("en")} characters. Send one visit at a time.` };
/** How a frame that is made here looks, unless the page's own styles say otherwise. A constructed sheet needs no permission. */
const LOOKS = `:where(iframe[data-citecoder]) {
  display: block; flex: none; box-sizing: border-box; width: 360px; max-width: 100%; height: 100%; min-height: 320px; border: 0;
}`;
let sheet = null;

/**
 * Show the sidebar in a frame.
 * @param {HTMLElement} target  an iframe, or the element to put one in
 * @param {object} options
 * @param {string} options.server  where citecoder runs, as `https://citecoder.clinic.example`
 * @param {Element} [options.field]  the note's textarea or editable element
 * @param {import("./hosts.js").NoteAdapter} [options.adapter]  or an adapter of your editor's own
 * @param {{payer?, discipline?, date?, stage?, theme?}} [options.visit]  what is known of the visit
 * @param {(detail: object) => void} [options.onaccept]  and `onreject`, `onundo`, `onlapsed`, `ondismiss`,
 *   `ondate`, `onreview`, `onerror`, `onready`, `onsize`
 * @param {(insertion: object) => boolean|void} [options.oninsert]  false keeps the text from being put into the note
 * @returns {{frame: HTMLIFrameElement, ignored: object, visit: (fields: object) => void, newNote: (fields?: object) => void,
 *   print: () => void, end: () => void}}
 */
export function mountFrame(target, { server, field = null, adapter = hostFor(field), visit = {}, ...on }) {
  const origin = new URL(server, location.href).origin;
  const frame = target instanceof HTMLIFrameElement ? target : made();
  const nonce = crypto.getRandomValues(new Uint32Array(4)).join("-");
  const state = { ready: false, visit, width: frame.style.width };
  const channel = openChannel({
    other: () => frame.contentWindow, origin, nonce, takes: FROM_FRAME,
    heard: (type, fields) => HEARD[type](fields),
  }); // prettier-ignore

  /** A note that is too long empties the panel: the codes of what stood there before are not this note's. */
  function sayNote(settled) {
    if (!state.ready) return;
    const { text } = adapter;
    channel.say("note", { text: isNote(text) ? text : "", settled });
    if (!isNote(text)) on.onerror?.(TOO_LONG);
  }

  const sayVisit = (more = {}) => state.ready && channel.say("context", { ...state.visit, ...more });
  const HEARD = {
    ready() {
      state.ready = true;
      sayVisit();
      sayNote(true);
      on.onready?.();
    },
    evidence: ({ groups }) => adapter.mark(groups),
    jump: ({ span }) => adapter.jump(span),
    insert: (asked) => on.oninsert?.(asked) !== false && adapter.insert(asked.text, asked),
    focus: () => adapter.focus(),
    size(size) {
      frame.style.width = size.collapsed ? `${size.width}px` : state.width;
      on.onsize?.(size);
    },
    accept: ({ detail }) => on.onaccept?.(detail),
    reject: ({ detail }) => on.onreject?.(detail),
    dismiss: ({ detail }) => on.ondismiss?.(detail),
    undo: ({ detail }) => on.onundo?.(detail),
    lapsed: ({ detail }) => on.onlapsed?.(detail),
    date({ date }) {
      state.visit = { ...state.visit, date };
      on.ondate?.(date);
    },
    review: ({ review }) => on.onreview?.(review),
    error: (what) => on.onerror?.(what),
  };

  const unsubscribe = adapter.subscribe({
    changed: ({ settled } = {}) => sayNote(settled ?? false),
    caret: (offset) => state.ready && channel.say("caret", { offset }),
  });
  const keys = goThere(adapter, () => {
    frame.focus();
    channel.say("focus");
  });
  open(frame, `${new URL("frame", withSlash(server)).href}#${new URLSearchParams({ origin: location.origin, nonce })}`);
  if (frame !== target) target.append(frame);

  return {
    frame,
    ignored: channel.ignored,
    visit(fields) {
      state.visit = { ...state.visit, ...fields };
      sayVisit();
    },
    newNote(fields = {}) {
      state.visit = { ...state.visit, ...fields };
      sayVisit({ new_note: true });
      sayNote(true);
    },
    print: () => channel.say("print"),
    end() {
      unsubscribe();
      keys.abort();
      channel.close();
      if (frame !== target) frame.remove();
    },
  };
}

function made() {
  const frame = document.createElement("iframe");
  frame.dataset.citecoder = "";
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(LOOKS);
    document.adoptedStyleSheets.push(sheet);
  }
  return frame;
}

function open(frame, address) {
  frame.title ||= "citecoder: codes for this note";
  if (!frame.hasAttribute("sandbox")) frame.setAttribute("sandbox", SANDBOX);
  frame.setAttribute("referrerpolicy", "no-referrer");
  frame.src = address;
}

/** F6 leads from the note to the frame, as it does to a sidebar in the page. */
function goThere(adapter, go) {
  const ends = new AbortController();
  const press = (event) => {
    if (event.key !== "F6" || event.defaultPrevented) return;
    event.preventDefault();
    go();
  };
  adapter.node?.addEventListener("keydown", press, { signal: ends.signal });
  return ends;
}

function withSlash(server) {
  return server.endsWith("/") ? server : `${server}/`;
}
