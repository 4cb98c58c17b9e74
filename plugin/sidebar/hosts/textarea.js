// The adapter for a textarea or text input. Its words can't be marked in place: on request marks are drawn over it.

import { asShown } from "../spans.js";
import { marksOf, shownFor } from "./marks.js";
import { mirrored, mirrorOf } from "./mirror.js";
import { placed } from "./typing.js";

const NOT_DRAWN = { mark() {}, update() {}, end() {} };
const SETTLES = ["insertFromPaste", "insertFromDrop", "insertLineBreak", "insertParagraph"]; // a whole was put in, or a line ended

/**
 * Make the adapter.
 * @param {HTMLTextAreaElement|HTMLInputElement} field
 * @param {{held?: () => string, overlay?: boolean}} [options]
 * @returns {import("../hosts.js").NoteAdapter}
 */
export function textareaHost(field, { held, overlay = field.hasAttribute("data-citecoder-marks") } = {}) {
  let drawn = NOT_DRAWN;
  let isPlaced = false; // whether the caret of the field is the writer's: an untouched field has one, too
  let forget = () => {};

  /** The note and where each place of it is shown. A program's text that is not what is shown is out of date. */
  function lines() {
    const told = asShown(held?.() ?? field.value);
    return told.text === field.value ? told : asShown(field.value);
  }

  const caret = () => (isActive(field) ? lines().toHeld(field.selectionEnd) : null);

  function subscribe({ changed, caret: moved }) {
    const ends = new AbortController();
    const on = (target, name, act) => target.addEventListener(name, act, { signal: ends.signal });
    if (overlay) drawn = overlayOf(field);
    on(field, "focus", () => (isPlaced = true));
    on(field, "input", (event) => {
      drawn.update();
      changed({ settled: SETTLES.includes(event.inputType) });
    });
    on(field, "change", () => changed({ settled: true }));
    on(field, "blur", () => {
      changed({ settled: true });
      moved(null);
    });
    for (const name of ["select", "keyup", "click", "focus"]) on(field, name, () => moved(caret()));
    on(document, "selectionchange", () => isActive(field) && moved(caret()));
    on(field, "pointermove", (event) => moved(under(event) ?? caret()));
    on(field, "pointerleave", () => moved(caret()));
    return () => {
      ends.abort();
      forget();
      drawn.end();
      drawn = NOT_DRAWN;
    };
  }

  /** The offset under the pointer, where the browser looks into fields. */
  function under({ clientX, clientY }) {
    const place = document.caretPositionFromPoint?.(clientX, clientY);
    if (place?.offsetNode !== field) return null;
    return place.offset < field.value.length ? lines().toHeld(place.offset) : null;
  }

  /** The words are shown, not selected: whatever is typed, pasted or dictated next shall not replace them. */
  function jump(span) {
    const { toShown } = lines();
    const shown = { start: toShown(span.start), end: toShown(span.end) };
    field.focus({ preventScroll: true });
    field.setSelectionRange(shown.end, shown.end);
    bringIntoView(field, shown);
    drawn.update();
    point(shown);
  }

  function point(shown) {
    forget();
    forget = shownFor(field, () => {
      const over = overlayOf(field);
      over.mark([{ name: "found", ranges: [shown] }]);
      return over.end;
    });
  }

  function insert(text, { at = "caret", select = null } = {}) {
    if (field.readOnly || field.disabled) return false;
    const isAtCaret = at === "caret" && (isPlaced || isActive(field));
    const { place, text: put, before } = placed(field.value, isAtCaret ? field.selectionEnd : null, text);
    field.focus();
    field.setSelectionRange(place, place);
    type(field, put);
    const start = place + before;
    if (select) field.setSelectionRange(start + select.start, start + select.end);
    bringIntoView(field, { start, end: start + text.length });
    drawn.update();
    return true;
  }

  return {
    node: field,
    get text() {
      const told = held?.();
      return told !== undefined && asShown(told).text === field.value ? told : field.value;
    },
    subscribe,
    mark(groups) {
      const { toShown } = lines();
      const shown = ({ start, end }) => ({ start: toShown(start), end: toShown(end) });
      drawn.mark(groups.map(({ name, ranges }) => ({ name, ranges: ranges.map(shown) })));
    },
    jump,
    insert,
    focus: () => field.focus(),
  };
}

function isActive(field) {
  return field.getRootNode().activeElement === field;
}

/** Type as a writer would, so that undo takes it back and frameworks notice. */
function type(field, text) {
  if (document.execCommand("insertText", false, text)) return;
  const at = field.selectionEnd;
  field.setRangeText(text, at, at, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText", data: text }));
}

/** Scroll the field, then the page, until the words show. */
function bringIntoView(field, span) {
  const mirror = mirrorOf(field);
  const words = mirrored(mirror, span).getBoundingClientRect();
  const box = mirror.node.getBoundingClientRect();
  if (words.top < box.top || words.bottom > box.bottom) field.scrollTop += words.top - box.top - field.clientHeight / 3;
  mirror.update();
  const { top, bottom } = mirrored(mirror, span).getBoundingClientRect();
  mirror.remove();
  if (top < 0 || bottom > innerHeight) scrollBy(0, top - innerHeight / 3);
}

/** Marks over a textarea: on a mirror of its text, which is seen through but for its underlines. */
function overlayOf(field) {
  const mirror = mirrorOf(field);
  mirror.node.style.setProperty("--citecoder-mark-lit", "rgb(31 133 138 / 22%)"); // the writer's words lie below it
  const marks = marksOf(mirror.node);
  const ends = new AbortController();
  const sizes = new ResizeObserver(mirror.update);
  sizes.observe(field);
  addEventListener("scroll", mirror.update, { signal: ends.signal, capture: true, passive: true }); // whatever scrolls
  addEventListener("resize", mirror.update, { signal: ends.signal });
  return {
    update: mirror.update,
    mark(groups) {
      mirror.update();
      marks.show(groups.map(({ name, ranges }) => ({ name, ranges: ranges.map((span) => mirrored(mirror, span)) })));
    },
    end() {
      ends.abort();
      sizes.disconnect();
      marks.clear();
      mirror.remove();
    },
  };
}
