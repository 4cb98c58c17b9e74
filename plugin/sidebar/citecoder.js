// <citecoder-sidebar>: what can be billed from a note, each point cited, beside the note that is being written.
//
// Importing this module defines the element; it is all that a host loads. The element joins a note (its host's field, an
// adapter, or the `note` property) to a session and draws it. How it is embedded is told in `docs/embed.md`.

import { actsOf } from "./acting.js";
import { hostFor } from "./hosts.js";
import { drawKept, focusItem, items } from "./keeping.js";
import { joinF6, panelKeys } from "./keys.js";
import { reflect, reflectFlag, takeEarly } from "./properties.js";
import { resizing, WIDTH, within } from "./resize.js";
import { load, save } from "./saved.js";
import { Session } from "./session.js";
import { sheets } from "./styles.js";
import { drawing } from "./view/panel.js";
import { words } from "./words.js";

const HOME = new URL("../", import.meta.url).href; // where this script came from
const CONTEXT = ["payer", "discipline", "date", "stage"];
const ATTRIBUTES = [...CONTEXT, "for", "server", "theme", "collapsed", "note-key", "placement", "label", "no-ask"];
let count = 0;

export class CitecoderSidebar extends HTMLElement {
  static observedAttributes = ATTRIBUTES;

  #root = this.attachShadow({ mode: "open" });
  #own = new CSSStyleSheet(); // the width, which a strict content policy would not let us write as an attribute
  #session;
  #act;
  #separator;
  #note = null;
  #adapter = null;
  #isGiven = false; // the host set the adapter itself
  #fetcher = null;
  #width = WIDTH.usual;
  #hasCaret = false;
  #isOutOfView = false;
  #chosenDate = null; // in the panel, not by the host
  #isDrawing = false;
  #ends = [];
  #cameFrom = null;
  #number = (count += 1);

  constructor() {
    super();
    this.#root.adoptedStyleSheets = [...sheets(), this.#own];
    const surface = {
      text: () => this.#text,
      request: () => this.#request(),
      fetch: (path, init) => this.#ask(path, init),
      emit: (name, detail, isCancelable = false) => this.#emit(name, detail, isCancelable),
      redraw: () => this.#redraw(),
      mark: (groups) => this.#adapter?.mark(groups),
      focus: (target) => this.#focus(target),
      focused: () => this.#root.activeElement,
      find: (selector) => this.#root.querySelector(selector),
      adapter: () => this.#adapter,
      hasCaret: () => this.#hasCaret,
      collapse: (isCollapsed) => this.#collapse(isCollapsed),
      chooseDate: (date) => this.#chooseDate(date),
      print: () => this.print(),
      reach: () => this.#reach(),
    };
    this.#session = new Session(surface);
    this.#act = actsOf(this.#session, surface);
    this.#separator = resizing({ width: () => this.#width, set: (width) => this.#resize(width), isAtStart: () => this.#isAtStart });
    this.#root.addEventListener("keydown", panelKeys({ root: this.#root, session: this.#session, act: this.#act, leave: () => this.#leave() }));
  }

  // --- what a host sets ----------------------------------------------------------------------------

  /** The note, for a host that has no field to give; null to read the field again. Never an attribute: a note is PHI. */
  get note() {
    return this.#note;
  }
  set note(text) {
    this.#note = text === null || text === undefined ? null : String(text);
    this.#session.noteChanged(false);
  }

  /** A note adapter; null for the one of the `for` attribute. */
  get host() {
    return this.#adapter;
  }
  set host(adapter) {
    this.#isGiven = Boolean(adapter);
    if (this.isConnected) this.#join(adapter ?? null);
    else this.#adapter = adapter ?? null;
  }

  /** How to reach the server: `async (path, init) => Response`. A page holds no key: go through your own backend. */
  get fetcher() {
    return this.#fetcher;
  }
  set fetcher(fetcher) {
    this.#fetcher = typeof fetcher === "function" ? fetcher : null;
  }

  /** The last review, or null. */
  get review() {
    return this.#session.review;
  }

  /** Decisions that the server has not kept yet. */
  get unsaved() {
    return this.#session.deciding.unsaved;
  }

  /** Ask now. Resolves to the review, or null if there is none. */
  read() {
    this.#session.noteChanged(false);
    return this.#session.asking.now();
  }

  /** Open an item by its key: the id of a line, of a gap, or of a passage. */
  show(key) {
    this.#collapse(false);
    this.#draw();
    this.#act.show(key);
  }

  /** Another note begins: nothing of the last one is shown any more. */
  reset() {
    this.#chosenDate = null;
    this.#session.reset();
  }

  /** Go to the panel, as F6 does from the note. */
  focus() {
    this.#enter();
  }

  /** Print the review; `facts` adds what a host knows, as `{patient: {Name: "…"}}` (see `summary.js`). */
  async print(facts = {}) {
    if (!this.review) return;
    const { printSummary } = await import("./summary.js");
    const decisions = Object.fromEntries(this.#session.decided);
    await printSummary(this.review, this.#session.sent, { payer: this.payer, discipline: this.discipline, stage: this.stage, decisions, ...facts });
  }

  // --- life ----------------------------------------------------------------------------------------

  connectedCallback() {
    takeEarly(this, ["note", "host", "fetcher", "collapsed", "server", "theme", "placement", "noAsk", ...CONTEXT]);
    const kept = load(this.id || "default");
    if (kept.collapsed !== null && !this.hasAttribute("collapsed")) this.toggleAttribute("collapsed", kept.collapsed);
    this.#resize(kept.width ?? WIDTH.usual, false);
    const isBack = () => this.#session.failure && this.#session.asking.now();
    this.#listen(window, "online", () => (isBack(), this.unsaved && this.#session.deciding.retry()));
    this.#listen(window, "offline", () => this.#redraw());
    this.#ends.push(joinF6({ element: this, hasNote: () => this.#hasNoteFocus(), enter: () => this.#enter(), leave: () => this.#leave() }));
    this.#ends.push(this.#watchView());
    this.#join(this.#isGiven ? this.#adapter : this.#found());
    // The field that `for` names may come after us in the page.
    if (!this.#adapter && document.readyState === "loading")
      this.#listen(document, "DOMContentLoaded", () => this.#adapter ?? this.#join(this.#found()));
    this.#draw();
  }

  disconnectedCallback() {
    for (const end of this.#ends.splice(0)) end();
    this.#adapter?.mark([]);
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    this.#session.stop();
  }

  attributeChangedCallback(name, was, is) {
    if (was === is) return;
    if (CONTEXT.includes(name)) this.#session.contextChanged();
    else if (name === "note-key" && was !== null) this.#session.reset();
    else if (name === "for" && this.isConnected && !this.#isGiven) this.#join(this.#found());
    this.#redraw();
  }

  #unsubscribe = null;

  /** Know whether any of the panel is in view. */
  #watchView() {
    const seen = new IntersectionObserver((entries) => {
      this.#isOutOfView = !entries.at(-1).isIntersecting;
      this.#redraw();
    });
    seen.observe(this);
    return () => seen.disconnect();
  }

  #listen(target, type, handler) {
    target.addEventListener(type, handler);
    this.#ends.push(() => target.removeEventListener(type, handler));
  }

  #found() {
    const id = this.getAttribute("for");
    const field = id ? this.getRootNode().getElementById?.(id) ?? document.getElementById(id) : null;
    return field ? hostFor(field) : null;
  }

  #join(adapter) {
    this.#unsubscribe?.();
    this.#adapter?.mark([]);
    this.#adapter = adapter;
    this.#unsubscribe =
      adapter?.subscribe({
        changed: (how) => this.#session.noteChanged(Boolean(how?.settled)),
        caret: (offset) => this.#caret(offset),
      }) ?? null;
    this.#session.noteChanged(true);
  }

  // --- what the session needs ----------------------------------------------------------------------

  get #text() {
    return this.#note ?? this.#adapter?.text ?? "";
  }

  #request() {
    const { payer, discipline, date, stage } = this;
    return { payer, discipline, date_of_service: date, stage };
  }

  #ask(path, init) {
    if (this.#fetcher) return this.#fetcher(path, init);
    const base = this.server ? new URL(this.server.replace(/\/*$/, "/"), location.href) : HOME;
    return fetch(new URL(path.slice(1), base), { cache: "no-store", referrerPolicy: "no-referrer", ...init });
  }

  #emit(name, detail, isCancelable) {
    return this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable: isCancelable }));
  }

  #caret(offset) {
    if (offset !== null) this.#hasCaret = true;
    const line = offset === null ? null : this.#session.marking.lineAt(offset);
    if (line === this.#session.lit) return;
    this.#session.lit = line;
    this.#redraw();
  }

  /** Null leads back to the choice. */
  #chooseDate(date) {
    this.#chosenDate = date;
    this.date = date;
    this.#emit("date", { date }, false);
  }

  // --- drawing -------------------------------------------------------------------------------------

  /** Draw once after everything that happens now. */
  #redraw() {
    if (this.#isDrawing || !this.isConnected) return;
    this.#isDrawing = true;
    queueMicrotask(() => this.#isDrawing && this.#draw());
  }

  #draw() {
    this.#isDrawing = false;
    if (!this.isConnected) return;
    const session = this.#session;
    const label = this.getAttribute("label") ?? (this.#number > 1 ? `${words.panel} (${this.#number})` : words.panel);
    const state = {
      ...session,
      hasText: session.hasText,
      isOutdated: session.isOutdated,
      isDateChosen: this.#chosenDate !== null && this.#chosenDate === this.date,
      isOutOfView: this.#isOutOfView && this.getAttribute("placement") === "bottom",
      isDraft: this.stage !== "final",
      label,
      note: this.#text,
      isAskHidden: this.noAsk,
      collapsed: this.collapsed,
      width: this.#width,
      isAtStart: this.#isAtStart,
      isStacked: this.getAttribute("placement") === "bottom",
      isOffline: session.failure?.status === 0 && !navigator.onLine,
      unsaved: session.deciding.unsaved - session.unsavedInView,
      given: { payer: this.payer, discipline: this.discipline },
    };
    const panel = { review: session.review, numbers: session.numbers, state, act: this.#act, separator: this.#separator };
    drawKept(this.#root, drawing(panel));
    this.#act.follow();
  }

  /** Draw, then focus what a selector finds, or a node that is still there. */
  #focus(target) {
    this.#draw();
    const node = typeof target === "string" ? this.#root.querySelector(target) : target;
    if (node?.isConnected) node.focus();
  }

  #enter() {
    this.#cameFrom = document.activeElement;
    this.#collapse(false);
    this.#draw();
    focusItem(this.#root, items(this.#root)[0]);
  }

  /** Bring the panel into view, and go there. */
  #reach() {
    this.scrollIntoView({ block: "start" });
    this.#enter();
  }

  #leave() {
    if (this.#adapter) this.#adapter.focus();
    else if (this.#cameFrom?.isConnected && this.#cameFrom !== document.body) this.#cameFrom.focus();
    else this.#root.activeElement?.blur();
  }

  #hasNoteFocus() {
    const field = this.#adapter?.node ?? null;
    return Boolean(field?.contains?.(document.activeElement) || field?.matches?.(":focus"));
  }

  // --- its own shape -------------------------------------------------------------------------------

  get #isAtStart() {
    return this.getAttribute("placement") === "start";
  }

  #collapse(isCollapsed) {
    if (this.collapsed === isCollapsed) return;
    const hadFocus = this.#root.activeElement !== null;
    this.collapsed = isCollapsed;
    this.#keep();
    if (hadFocus) this.#focus(isCollapsed ? ".rail-button" : "header .icon-button");
  }

  #resize(width, isKept = true) {
    this.#width = within(width);
    this.#own.replaceSync(`:host { --_width: ${this.#width}px; }`);
    if (isKept) this.#keep();
    this.#redraw();
  }

  #keep() {
    save(this.id || "default", { width: this.#width, collapsed: this.collapsed });
  }
}

reflect(CitecoderSidebar, [...CONTEXT, "server", "theme", "placement"], { stage: "draft" });
reflectFlag(CitecoderSidebar, "collapsed");
reflectFlag(CitecoderSidebar, "noAsk", "no-ask");

if (!customElements.get("citecoder-sidebar")) customElements.define("citecoder-sidebar", CitecoderSidebar);
