// The page in the frame: the sidebar, with the host's note at the other end of a channel instead of in this document.

import { FROM_HOST, openChannel, VERSION } from "./channel.js";
import "./citecoder.js";

const sidebar = document.querySelector("citecoder-sidebar");

/** The adapter of a note that is far away: it is told of the text, and tells what to do with it. */
class FarNote {
  text = "";
  #say;
  #listener = null;

  constructor(say) {
    this.#say = say;
  }

  subscribe(listener) {
    this.#listener = listener;
    return () => (this.#listener = null);
  }

  mark(groups) {
    this.#say("evidence", { groups });
  }

  jump({ start, end }) {
    this.#say("jump", { span: { start, end } });
  }

  insert(text, { at = "caret", select = null } = {}) {
    this.#say("insert", { text, at, select });
    return true;
  }

  focus() {
    this.#say("focus");
  }

  hear(text, settled) {
    this.text = text;
    this.#listener?.changed({ settled });
  }

  caret(offset) {
    this.#listener?.caret(offset);
  }
}

/** Open the channel that the address names, or null where this page stands alone. */
function opened() {
  const told = new URLSearchParams(location.hash.slice(1));
  const [origin, nonce] = [told.get("origin"), told.get("nonce")];
  const framedBy = location.ancestorOrigins?.[0] ?? origin; // not every browser tells
  if (parent === window || !nonce || !isOrigin(origin) || framedBy !== origin) return null;
  const channel = openChannel({ other: () => parent, origin, nonce, takes: FROM_HOST, heard: (type, fields) => HEARD[type](fields) });
  const note = new FarNote(channel.say);
  const HEARD = {
    note: ({ text, settled }) => note.hear(text, settled ?? false),
    caret: ({ offset }) => note.caret(offset ?? null),
    context: take,
    focus: () => sidebar.focus(),
    print: () => sidebar.print(),
  };
  sidebar.host = note;
  return channel;
}

function isOrigin(text) {
  return URL.canParse(text ?? "") && new URL(text).origin === text && text !== "null";
}

/** Take what the host knows of the visit. What it leaves out stays as it was; null means unknown. */
function take({ new_note: isNew, no_ask: hasNoAsk, theme, ...visit }) {
  if (isNew) sidebar.reset();
  if (hasNoAsk !== undefined) sidebar.noAsk = Boolean(hasNoAsk);
  if (theme) sidebar.setAttribute("theme", theme);
  for (const [name, value] of Object.entries(visit)) if (value !== undefined) sidebar[name] = value;
}

/** Pass on what the clinician decides and what becomes of the readings. */
function passOn({ say }) {
  for (const type of ["accept", "reject", "dismiss", "undo", "lapsed"]) sidebar.addEventListener(type, ({ detail }) => say(type, { detail }));
  sidebar.addEventListener("review", ({ detail }) => say("review", { review: detail.review }));
  sidebar.addEventListener("date", ({ detail }) => say("date", { date: detail.date }));
  sidebar.addEventListener("error", ({ detail }) => say("error", { status: detail.status, detail: detail.detail ?? "" }));
  const size = () => say("size", { ...measured(), collapsed: sidebar.hasAttribute("collapsed") });
  new ResizeObserver(size).observe(sidebar);
  new MutationObserver(size).observe(sidebar, { attributeFilter: ["collapsed"] });
}

function measured() {
  const { width, height } = sidebar.getBoundingClientRect();
  return { width: Math.round(width), height: Math.round(height) };
}

/** The open channel, or null; its counts of what was ignored are for whoever looks into a frame that stays silent. */
export const channel = opened();
if (channel) {
  passOn(channel);
  channel.say("ready", { version: VERSION });
} else {
  sidebar.hidden = true;
  document.getElementById("alone").hidden = false;
}
