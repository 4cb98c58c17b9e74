// Marks words of a page without touching its DOM, by the CSS Custom Highlight API. Where that is missing, nothing is marked.

const NAMES = ["supported", "unsure", "lit", "found"];
const BELOW = { lit: -2, found: -1 }; // what fills lies under the underlines; what was just found, over what is lit
const FOUND_FOR = 2000; // ms that words which were jumped to stand out
const STYLES = `
::highlight(citecoder-supported) {
  text-decoration: underline 2px var(--citecoder-mark, light-dark(#1f6f74, #6cc4c6)); text-underline-offset: 3px;
}
::highlight(citecoder-unsure) {
  text-decoration: underline dashed 2px var(--citecoder-mark-unsure, light-dark(#8a5800, #e5b454)); text-underline-offset: 3px;
}
::highlight(citecoder-lit) { background-color: var(--citecoder-mark-lit, light-dark(#cfe6e6, #1f4547)); }
::highlight(citecoder-found) { background-color: var(--citecoder-mark-found, light-dark(#f7d774, #6b5410)); }`;

/** Whether this browser can mark. */
const canMark = typeof Highlight === "function" && typeof CSS !== "undefined" && "highlights" in CSS;

let sheet = null;

/**
 * Make the marks of one note. The names are the page's, so several notes share them and each takes back only its own.
 * @param {Node} node  anything in the tree (document or shadow root) whose styles shall know the names
 * @returns {{show: (groups: {name: string, ranges: Range[]}[]) => void, clear: () => void}}
 */
export function marksOf(node) {
  if (!canMark) return { show() {}, clear() {} };
  /** @type {Map<string, Range[]>} */
  const mine = new Map();

  function clear() {
    for (const [name, ranges] of mine) for (const range of ranges) shared(name).delete(range);
    mine.clear();
  }

  function show(groups) {
    clear();
    adopt(node.getRootNode());
    for (const { name, ranges } of groups) {
      if (!NAMES.includes(name)) continue;
      mine.set(name, [...(mine.get(name) ?? []), ...ranges]);
      for (const range of ranges) shared(name).add(range);
    }
  }

  return { show, clear };
}

/** The page's highlight of that name. */
function shared(name) {
  const full = `citecoder-${name}`;
  if (!CSS.highlights.has(full)) {
    const made = new Highlight();
    made.priority = BELOW[name] ?? 0;
    CSS.highlights.set(full, made);
  }
  return CSS.highlights.get(full);
}

/**
 * Show something for a moment, or until the writer types.
 * @param {HTMLElement} field
 * @param {() => () => void} show  gives back what ends it
 * @returns {() => void}  ends it at once
 */
export function shownFor(field, show) {
  const hide = show();
  const ends = new AbortController();
  const end = () => {
    if (ends.signal.aborted) return;
    ends.abort();
    clearTimeout(timer);
    hide();
  };
  const timer = setTimeout(end, FOUND_FOR);
  field.addEventListener("input", end, { signal: ends.signal });
  return end;
}

/** Give a document or shadow root our styles, once. A constructed sheet needs no permission of a strict CSP. */
function adopt(root) {
  if (!("adoptedStyleSheets" in root)) return;
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
  }
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
}
