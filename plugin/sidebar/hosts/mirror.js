// A copy of a textarea's text, laid out as the textarea lays it out: a textarea itself tells nobody where its words are.

const LAYOUT = [
  "boxSizing", "paddingTop", "paddingRight", "paddingBottom", "paddingLeft",
  "borderTopWidth", "borderRightWidth", "borderBottomWidth", "borderLeftWidth",
  "fontFamily", "fontSize", "fontStyle", "fontVariant", "fontWeight", "fontStretch", "fontFeatureSettings",
  "lineHeight", "letterSpacing", "wordSpacing", "textAlign", "textIndent", "textTransform", "tabSize", "direction",
  "overflowWrap", "wordBreak", "whiteSpace",
];

/**
 * Lay the text out over the textarea, unseen and out of the way of the pointer.
 * @param {HTMLTextAreaElement|HTMLInputElement} field
 * @returns {{node: HTMLElement, words: Text, update: () => void, remove: () => void}}
 */
export function mirrorOf(field) {
  const node = document.createElement("div");
  node.setAttribute("aria-hidden", "true");
  node.setAttribute("data-citecoder-skip", "");
  const words = document.createTextNode("");
  node.append(words, document.createElement("br")); // a last empty line takes up room only with something on it
  Object.assign(node.style, {
    position: "absolute", pointerEvents: "none", color: "transparent", background: "none", userSelect: "none",
    borderStyle: "solid", borderColor: "transparent", overflow: "hidden", margin: "0", zIndex: "auto", left: "0", top: "0",
  }); // prettier-ignore
  field.after(node);

  function update() {
    const style = getComputedStyle(field);
    for (const name of LAYOUT) node.style[name] = style[name];
    if (field instanceof HTMLInputElement) node.style.whiteSpace = "pre";
    const width = field.offsetWidth - field.clientWidth - parseFloat(style.borderLeftWidth) - parseFloat(style.borderRightWidth);
    Object.assign(node.style, {
      boxSizing: "border-box", width: `${field.offsetWidth - Math.max(0, width)}px`, height: `${field.offsetHeight}px`,
    }); // prettier-ignore
    layOver(node, field);
    if (words.data !== field.value) words.data = field.value;
    node.scrollTop = field.scrollTop;
    node.scrollLeft = field.scrollLeft;
  }

  update();
  return { node, words, update, remove: () => node.remove() };
}

/** Move a positioned element over a field, wherever its own place is counted from. */
function layOver(node, field) {
  const [here, there] = [node.getBoundingClientRect(), field.getBoundingClientRect()];
  node.style.left = `${(parseFloat(node.style.left) || 0) + there.left - here.left}px`;
  node.style.top = `${(parseFloat(node.style.top) || 0) + there.top - here.top}px`;
}

/**
 * Make a range of the mirror's text.
 * @param {{words: Text}} mirror
 * @param {{start: number, end: number}} span
 * @returns {Range}
 */
export function mirrored({ words }, { start, end }) {
  const range = document.createRange();
  range.setStart(words, Math.min(start, words.length));
  range.setEnd(words, Math.min(end, words.length));
  return range;
}
