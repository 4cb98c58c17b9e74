// An element's text as a person reads it: blocks and <br> are line breaks, cells are tabs. Knows where each character came from.

/**
 * A run of the text and the place in the page that it came from. `node` is a text node, or a <br> of length 1 (the last: 0).
 * @typedef {{start: number, length: number, node: Node, offset: number}} Run
 */

/** @typedef {{text: string, runs: Run[], open: boolean, owed: boolean, spaced: boolean}} Reading
 *  `open`: the current line has something on it; `owed`: a block ended, which breaks the line once something follows;
 *  `spaced`: the last character is a space. */

const IN_LINE = new Set(["inline", "inline-block", "inline-flex", "inline-grid", "inline-table", "contents", "ruby", "table-cell"]);
const KEEPS_SPACES = new Set(["pre", "pre-wrap", "break-spaces"]);
const GAPS = /[ \t\n\r\f]{2,}|[\t\n\r\f]/g; // what is drawn as one space
const FIELDS = "textarea, select, button, [data-citecoder-skip]";

/**
 * Read an element. No-break spaces, which editors put where a writer typed a space, are read as spaces.
 * @param {Element} root
 * @returns {{text: string, runs: Run[]}}
 */
export function read(root) {
  const reading = { text: "", runs: [], open: false, owed: false, spaced: false };
  readInside(root, getComputedStyle(root).whiteSpace, reading);
  const last = reading.runs.at(-1);
  if (last?.node.localName !== "br") return { text: reading.text, runs: reading.runs };
  last.length = 0; // it holds an empty last line open, or ends the last one: a place, but no character
  return { text: reading.text.slice(0, -1), runs: reading.runs };
}

function readInside(node, whiteSpace, reading) {
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) readWords(child, whiteSpace, reading);
    else if (child.nodeType === Node.ELEMENT_NODE) readElement(child, reading);
  }
}

function readElement(element, reading) {
  if (element.localName === "br") return put(reading, "\n", element, 0);
  if (element.matches(FIELDS)) return;
  const { display, whiteSpace } = getComputedStyle(element);
  if (display === "none") return;
  if (display === "table-cell" && reading.open) reading.text += "\t";
  const isBlock = !IN_LINE.has(display);
  if (isBlock) endLine(reading);
  readInside(element, whiteSpace, reading);
  if (isBlock) endLine(reading);
}

/** A line that was ended by <br> or a kept line break is not ended again by its block. */
function endLine(reading) {
  reading.owed ||= reading.open;
  reading.open = false;
}

function readWords(node, whiteSpace, reading) {
  const { data } = node;
  if (KEEPS_SPACES.has(whiteSpace)) return data && put(reading, data, node, 0);
  let from = 0;
  for (const { 0: gap, index } of data.matchAll(GAPS)) {
    putWords(reading, data.slice(from, index), node, from);
    const breaks = whiteSpace === "pre-line" ? [...gap.matchAll(/\n/g)] : [];
    for (const each of breaks) put(reading, "\n", node, index + each.index);
    if (!breaks.length && reading.open && !reading.spaced) put(reading, " ", node, index);
    from = index + gap.length;
  }
  putWords(reading, data.slice(from), node, from);
}

/** A space at the beginning of a line, or after another one, is not seen. */
function putWords(reading, words, node, offset) {
  const isUnseen = words.startsWith(" ") && (!reading.open || reading.spaced);
  const seen = isUnseen ? words.slice(1) : words;
  if (seen) put(reading, seen, node, isUnseen ? offset + 1 : offset);
}

function put(reading, text, node, offset) {
  if (reading.owed) reading.text += "\n";
  reading.owed = false;
  reading.runs.push({ start: reading.text.length, length: text.length, node, offset });
  reading.text += text.replaceAll("\u00a0", " ");
  reading.open = !text.endsWith("\n");
  reading.spaced = text.endsWith(" ");
}

/**
 * Make a range of the page from a span of the text, or null where nothing of it is there.
 * @param {Run[]} runs
 * @param {{start: number, end: number}} span
 * @returns {Range|null}
 */
export function rangeOf(runs, { start, end }) {
  const first = runs.find((run) => run.start + run.length > start);
  const last = runs.findLast((run) => run.start < end);
  if (!first || !last || first.start > last.start) return null;
  const range = document.createRange();
  range.setStart(...edge(first, Math.max(start, first.start)));
  range.setEnd(...edge(last, Math.min(end, last.start + last.length)));
  return range;
}

/**
 * Make an empty range at an offset of the text, where a writer's caret would stand.
 * @param {Run[]} runs
 * @param {number} place
 * @param {Element} root  for a text without any run
 * @returns {Range}
 */
export function caretAt(runs, place, root) {
  const range = document.createRange();
  const run = runs.findLast((each) => each.start <= place && place <= each.start + each.length);
  if (run) range.setStart(...edge(run, place));
  else range.selectNodeContents(root);
  range.collapse(Boolean(run));
  return range;
}

/** The place in the page of an offset that lies in a run. */
function edge(run, at) {
  if (run.node.nodeType === Node.TEXT_NODE) return [run.node, run.offset + at - run.start];
  const parent = run.node.parentNode;
  return [parent, [...parent.childNodes].indexOf(run.node) + (at > run.start ? 1 : 0)];
}

/**
 * Find the offset in the text of a place in the page.
 * @param {{text: string, runs: Run[]}} reading
 * @param {Node} node
 * @param {number} offset
 * @returns {number}
 */
export function offsetOf({ text, runs }, node, offset) {
  const here = document.createRange();
  here.setStart(node, offset);
  for (const run of runs) {
    if (run.node === node && node.nodeType === Node.TEXT_NODE) {
      if (offset <= run.offset + run.length) return run.start + Math.max(0, offset - run.offset);
    } else if (here.comparePoint(run.node, 0) >= 0) {
      return run.start;
    }
  }
  return text.length;
}
