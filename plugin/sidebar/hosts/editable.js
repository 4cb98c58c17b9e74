// The adapter for an editable element, or for any element that shows a note. Marks are drawn by the browser over its words.

import { marksOf, shownFor } from "./marks.js";
import { caretAt, offsetOf, rangeOf, read } from "./reading.js";
import { placed } from "./typing.js";

const LINE_ENDS = ["insertParagraph", "insertLineBreak"];
const WATCHED = { childList: true, characterData: true, subtree: true };

/**
 * Make the adapter.
 * @param {HTMLElement} node
 * @returns {import("../hosts.js").NoteAdapter}
 */
export function editableHost(node) {
  const marks = marksOf(node);
  const found = marksOf(node);
  const dirt = new MutationObserver(() => (reading = null));
  dirt.observe(node, WATCHED);
  let reading = null;
  let lastCaret = null; // where the writer's caret was last, as an offset: the focus may be in the sidebar by now
  let forget = () => {};

  function now() {
    if (dirt.takeRecords().length) reading = null;
    return (reading ??= read(node));
  }

  /** The writer's selection, also inside a shadow root. */
  function selection() {
    const root = node.getRootNode();
    return root.getSelection?.() ?? document.getSelection();
  }

  function caret() {
    const chosen = selection();
    if (!chosen?.focusNode || !node.contains(chosen.focusNode)) return null;
    return offsetOf(now(), chosen.focusNode, chosen.focusOffset);
  }

  function choose(range) {
    const chosen = selection();
    chosen.removeAllRanges();
    chosen.addRange(range);
  }

  function subscribe({ changed, caret: moved }) {
    const ends = new AbortController();
    const on = (target, name, act) => target.addEventListener(name, act, { signal: ends.signal });
    const seen = new MutationObserver(() => {
      if (!hasFocus()) lastCaret = null; // a program wrote: where the writer was means nothing any more
      changed({ settled: false });
    });
    seen.observe(node, WATCHED);
    on(node, "input", ({ inputType }) => LINE_ENDS.includes(inputType) && changed({ settled: true }));
    on(node, "paste", () => setTimeout(() => changed({ settled: true })));
    on(node, "focusout", () => changed({ settled: true }));
    on(document, "selectionchange", () => {
      const at = caret();
      if (at !== null && hasFocus()) lastCaret = at;
      moved(at);
    });
    on(node, "pointermove", (event) => moved(under(event) ?? (hasFocus() ? caret() : null)));
    on(node, "pointerleave", () => moved(hasFocus() ? caret() : null));
    return () => {
      ends.abort();
      seen.disconnect();
      forget();
      marks.clear();
    };
  }

  const hasFocus = () => node.contains(node.getRootNode().activeElement);

  /** The offset of the word under the pointer; null beside the words. */
  function under({ clientX, clientY }) {
    const place = placeAt(node, clientX, clientY);
    if (!place || !node.contains(place.node)) return null;
    const range = rangeOf(now().runs, around(offsetOf(now(), place.node, place.offset)));
    const isOver = range && [...range.getClientRects()].some((box) => contains(box, clientX, clientY));
    return isOver ? offsetOf(now(), place.node, place.offset) : null;
  }

  function insert(text, { at = "caret", select = null } = {}) {
    if (!node.isContentEditable) return false;
    const held = now().text;
    const caretWas = at === "end" || lastCaret === null ? null : Math.min(lastCaret, held.length);
    const { place, text: put, before } = placed(held, caretWas, text);
    node.focus();
    choose(caretAt(now().runs, place, node));
    if (!document.execCommand("insertText", false, put)) return false;
    const end = caret() ?? place + put.length;
    if (select) show(shifted(select, end - put.length + before), choose);
    return true;
  }

  /** The words are marked, not selected: whatever is typed, pasted or dictated next shall not replace them. */
  function jump(span) {
    show(span, (range) => {
      choose(caretAt(now().runs, span.end, node));
      forget();
      forget = shownFor(node, () => {
        found.show([{ name: "found", ranges: [range] }]);
        return found.clear;
      });
    });
  }

  function show(span, point) {
    const range = rangeOf(now().runs, span);
    if (!range) return;
    node.focus({ preventScroll: true });
    point(range);
    bringIntoView(range);
  }

  return {
    node,
    get text() {
      return now().text;
    },
    subscribe,
    mark(groups) {
      const { runs } = now();
      const placed = groups.map(({ name, ranges }) => ({ name, ranges: ranges.map((span) => rangeOf(runs, span)).filter(Boolean) }));
      marks.show(placed);
    },
    jump,
    insert,
    focus: () => node.focus(),
  };
}

function shifted({ start, end }, by) {
  return { start: start + by, end: end + by };
}

function around(offset) {
  return { start: Math.max(0, offset - 1), end: offset + 1 };
}

function contains(box, x, y) {
  return box.left <= x && x <= box.right && box.top <= y && y <= box.bottom;
}

/** The place in the text under a point of the window; browsers name it differently. */
function placeAt(node, x, y) {
  const root = node.getRootNode();
  const shadowRoots = root instanceof ShadowRoot ? [root] : [];
  const found = document.caretPositionFromPoint?.(x, y, { shadowRoots });
  if (found) return { node: found.offsetNode, offset: found.offset };
  const range = document.caretRangeFromPoint?.(x, y);
  return range ? { node: range.startContainer, offset: range.startOffset } : null;
}

/** Scroll whatever has to be scrolled until the words show; a range can't be asked to do so, its element can. */
function bringIntoView(range) {
  const element = range.startContainer.nodeType === Node.TEXT_NODE ? range.startContainer.parentElement : range.startContainer;
  for (let each = element; each; each = each.parentElement) {
    const { overflowY } = getComputedStyle(each);
    if (each.scrollHeight <= each.clientHeight || !["auto", "scroll"].includes(overflowY)) continue;
    const frame = each.getBoundingClientRect();
    const here = range.getBoundingClientRect();
    if (here.top < frame.top || here.bottom > frame.bottom) each.scrollTop += here.top - frame.top - each.clientHeight / 3;
  }
  const after = range.getBoundingClientRect();
  if (after.top < 0 || after.bottom > innerHeight) scrollBy(0, after.top - innerHeight / 3);
}
