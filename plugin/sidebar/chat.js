// The page for questions: a conversation, the sources of an answer beside it, and what the questions are about.

import { askWords } from "./ask-words.js";
import { asText } from "./chat/copying.js";
import { forget, load, save } from "./chat/keeping.js";
import { sources, talk } from "./chat/view.js";
import { Conversation } from "./conversation.js";
import { draw } from "./tree.js";

const find = (selector) => document.querySelector(selector);
const box = find("#talk");
const beside = find("#sources");
const visit = find("#visit");
const form = find("#asking");
const field = form.elements.question;
const HOME = new URL("../", import.meta.url); // where this script came from
const ABOVE = 16; // pixels between the top and the question whose answer is followed
const narrow = matchMedia("(max-width: 960px)");

const state = { shown: null, open: null, isSheet: false, follows: null, origin: null };
const conversation = new Conversation({ send, changed });
const act = { ask, again, cite, toSource, close, copy, choosePayer: () => visit.elements.payer.focus() };

function send(body, signal) {
  const headers = { "Content-Type": "application/json", Accept: "text/event-stream, application/json" };
  return fetch(new URL("v1/answers", HOME), { method: "POST", headers, body: JSON.stringify(body), signal, cache: "no-store", referrerPolicy: "no-referrer" });
}

// --- asking

function about() {
  return Object.fromEntries([...new FormData(visit)].filter(([, value]) => value));
}

async function ask(question) {
  const asked = conversation.ask(question, about());
  follow(conversation.turns.at(-1));
  field.focus();
  await told(asked);
}

async function again(turn) {
  const asked = conversation.again(turn, about());
  follow(turn);
  field.focus();
  await told(asked);
}

async function told(asked) {
  const turn = await asked;
  if (turn?.phase === "answered") say(askWords.said(turn));
  else if (turn?.phase === "failed") say(askWords.failure(turn.failure));
}

function follow(turn) {
  state.follows = state.shown = turn ?? null;
  state.open = null;
  redraw();
}

function changed(turn) {
  if (turn?.phase === "answered") keep();
  redraw();
}

function keep() {
  save(conversation.turns, about());
}

// --- sources, copies

/** Show a source of an answer, or all of them, and go there; Escape leads back to the mark. */
function cite(turn, id) {
  if (!state.isSheet) state.origin = document.activeElement;
  Object.assign(state, { shown: turn, open: id, isSheet: narrow.matches });
  redraw();
  toSource(id);
}

function toSource(id) {
  if (id !== state.open) {
    state.open = id;
    redraw();
  }
  const card = id && find(`[data-source="${CSS.escape(id)}"]`);
  if (card) card.scrollIntoView({ block: "nearest" });
  (card ?? find("#sources-title")).focus({ preventScroll: Boolean(card) });
}

function close() {
  const { origin } = state;
  Object.assign(state, { open: null, isSheet: false, origin: null });
  redraw();
  (origin?.isConnected ? origin : field).focus();
}

async function copy(turn) {
  const isDone = await navigator.clipboard?.writeText(asText(turn)).then(() => true, () => false); // prettier-ignore
  say(isDone ? askWords.copied : askWords.notCopied, true);
}

// --- drawing

function redraw() {
  const { isBusy, turns } = conversation;
  const view = { ...state, turns, isBusy, act };
  keepFocus(() => {
    draw(box, talk(view));
    draw(beside, sources(view));
  });
  find("#stop").hidden = !isBusy;
  find("#send").hidden = isBusy;
  find("#clear").hidden = !turns.length;
  beside.classList.toggle("sheet", state.isSheet);
  for (const each of [find("nav"), visit, box, form]) each.inert = state.isSheet;
  const row = state.follows && find(`[data-turn="${state.follows.id}"] .question`);
  if (row) toTop(row);
}

/** Keep the question of the latest answer at the top, as far as there is room below it, until a person scrolls. */
function toTop(row) {
  if (getComputedStyle(box).overflowY === "visible") row.scrollIntoView({ block: "start" });
  else box.scrollTop += row.getBoundingClientRect().top - box.getBoundingClientRect().top - ABOVE;
}

/** What had the focus may be gone; then the field has it. */
function keepFocus(change) {
  const focused = document.activeElement;
  change();
  if (focused && focused !== document.body && !focused.isConnected) field.focus();
}

let saying = 0;
/** Tell a screen reader; `isShown`: everybody, for some seconds. */
function say(text, isShown = false) {
  const said = find("#said");
  clearTimeout(saying);
  said.textContent = text;
  said.className = isShown ? "toast" : "unseen";
  if (isShown) saying = setTimeout(() => ((said.className = "unseen"), (said.textContent = "")), 4000);
}

// --- what a person does

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const question = field.value;
  if (conversation.isBusy || !question.trim()) return;
  field.value = "";
  ask(question);
});
field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});
find("#stop").addEventListener("click", () => {
  conversation.stop();
  field.focus();
});
find("#clear").addEventListener("click", () => {
  conversation.clear();
  Object.assign(state, { shown: null, open: null, follows: null });
  forget();
  visit.reset();
  redraw();
  say(askWords.cleared, true);
  field.focus();
});
visit.addEventListener("change", keep);
visit.addEventListener("submit", (event) => event.preventDefault());
for (const type of ["wheel", "touchmove", "keydown"]) {
  document.addEventListener(type, ({ target }) => target !== field && (state.follows = null), { passive: true });
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && (state.isSheet || beside.contains(document.activeElement))) close();
});
narrow.addEventListener("change", () => {
  state.isSheet = false;
  redraw();
});

const kept = load();
for (const [name, value] of Object.entries(kept.visit)) visit.elements[name].value = value;
conversation.takeUp(kept.turns);
follow(conversation.turns.at(-1));
if (!narrow.matches && document.activeElement === document.body) field.focus({ preventScroll: true });
