// The page: reads the note as it is written, asks the server, and keeps the note and the panel in step.

import { el } from "./elements.js";
import { panel } from "./panel.js";
import { evidenceOf, pieces, shift, toUtf16 } from "./spans.js";

const PAUSE = 350;
const note = document.getElementById("note");
const marks = document.getElementById("marks");
const visit = document.getElementById("visit");
const shown = document.getElementById("review");
const state = document.getElementById("state");
const retry = document.getElementById("retry");
const dialog = document.getElementById("source");
const aside = document.querySelector(".panel");

let timer = 0;
let asking = null; // the request under way
let text = ""; // the note as it was last seen
let spans = []; // evidence, in UTF-16 units of `text`
const opened = new Set();

const hands = { opened, light, jump };

function changed() {
  spans = shift(spans, text, note.value);
  text = note.value;
  paint();
  clearTimeout(timer);
  asking?.abort();
  if (!text.trim()) return empty();
  shown.classList.toggle("stale", shown.childElementCount > 0);
  say("note changed");
  timer = setTimeout(read, PAUSE);
}

function empty() {
  spans = [];
  paint();
  shown.classList.remove("stale");
  shown.replaceChildren(el("p", { class: "quiet" }, "Start writing; codes appear here."));
  document.getElementById("who").textContent = "";
  say("");
}

async function read() {
  const asked = text;
  asking = new AbortController();
  say("reading…");
  try {
    const answer = await fetch("v1/suggestions", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ note: asked, ...fields() }),
      signal: asking.signal,
    });
    const told = await answer.json();
    if (!answer.ok) return fail(told.errors?.[0]?.msg ? `${told.errors[0].loc.at(-1)}: ${told.errors[0].msg}` : told.detail);
    show(told, asked);
  } catch (error) {
    if (error.name !== "AbortError") fail("offline: the last reading is kept");
  }
}

function fields() {
  return Object.fromEntries([...new FormData(visit)].map(([name, value]) => [name, value || null]));
}

function show(review, asked) {
  spans = evidenceOf(review, asked);
  const focused = document.activeElement?.closest?.("[data-key]")?.dataset.key;
  shown.replaceChildren(...panel(review, dialog, { ...hands, jump: (span) => jump(span, asked) }));
  if (focused) shown.querySelector(`[data-key="${CSS.escape(focused)}"] > summary`)?.focus();
  const { payer, discipline } = review.encounter;
  const named = [...visit.elements.payer.options].find((option) => option.value === payer)?.text ?? payer;
  document.getElementById("who").textContent = [payer ? named : "payer unknown", discipline ?? "discipline unknown"].join(" · ");
  shown.classList.remove("stale");
  say("up to date");
  paint();
}

function say(words, isError = false) {
  state.textContent = words;
  state.classList.toggle("error", isError);
  retry.hidden = !isError;
}

function fail(words) {
  shown.classList.toggle("stale", shown.childElementCount > 0);
  say(words ?? "failed", true);
}

/** Draw the marks under the note. A last line break needs a character after it to take up a line. */
function paint() {
  marks.replaceChildren(
    ...pieces(text, spans).map((piece) => {
      if (!piece.spans.length) return piece.text;
      const lines = [...new Set(piece.spans.map((span) => span.line))];
      const unsure = piece.spans.some((span) => span.unsure);
      return el("mark", { class: unsure ? "unsure" : "", "data-lines": JSON.stringify(lines) }, piece.text);
    }),
    "\n",
  );
}

/** Light up a line and its evidence, from either side. */
function light(id) {
  for (const mark of marks.querySelectorAll("mark")) mark.classList.toggle("lit", id !== null && JSON.parse(mark.dataset.lines).includes(id));
  for (const line of shown.querySelectorAll("[data-line]")) line.classList.toggle("lit", line.dataset.line === id);
}

/** Select a piece of evidence in the note, if its words still stand there. */
function jump(span, asked) {
  const at = toUtf16(asked);
  const [moved] = shift([{ start: at(span.start), end: at(span.end) }], asked, note.value);
  if (!moved) return say("those words were changed");
  note.focus();
  note.setSelectionRange(moved.start, moved.end);
  marks.querySelector("mark.lit")?.scrollIntoView({ block: "nearest" });
}

/** The note lies over its marks: find the mark under the pointer. */
function markAt(event) {
  return document.elementsFromPoint(event.clientX, event.clientY).find((each) => each.tagName === "MARK");
}

note.addEventListener("input", changed);
note.addEventListener("mousemove", (event) => {
  const mark = markAt(event);
  light(mark ? JSON.parse(mark.dataset.lines)[0] : null);
});
note.addEventListener("mouseleave", () => light(null));
visit.addEventListener("change", changed);
visit.addEventListener("submit", (event) => event.preventDefault());
retry.addEventListener("click", read);
window.addEventListener("online", () => text.trim() && read());
dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());

document.addEventListener("keydown", (event) => {
  if (event.key === "F6") {
    event.preventDefault();
    if (aside.contains(document.activeElement)) note.focus();
    else (shown.querySelector("[data-item]") ?? aside).focus();
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && shown.contains(document.activeElement)) {
    const items = [...shown.querySelectorAll("[data-item]")].filter((item) => item.checkVisibility());
    const here = items.findIndex((item) => item.contains(document.activeElement) || item === document.activeElement);
    const next = items[here + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  }
});

text = note.value; // a browser may bring the text back when the page is opened again
text.trim() ? changed() : empty();
