// Draws a described tree into real nodes, and changes as little as it can when it is drawn again.
//
// What is described under the same key stays the same node: focus, selection, scroll and what lies under the pointer
// survive a new reading. Text only ever becomes text nodes; there is no way from a string to markup.

const SVG = "http://www.w3.org/2000/svg";
const drawn = new WeakMap(); // node → its description
const handlers = new WeakMap(); // node → {event name: the handler of now}

/**
 * Describe an element.
 * @param {string} tag
 * @param {object} [props] attributes; `key` names it among its siblings; `on…` are handlers; null, undefined and false are left out
 * @param {...*} children descriptions, strings, numbers, arrays of them; null, undefined, false and "" are left out
 */
export function h(tag, props = {}, ...children) {
  const { key = null, ...rest } = props ?? {};
  return { tag, key, props: rest, children: flat(children) };
}

/** Draw the descriptions as the only children of `parent`. */
export function draw(parent, ...children) {
  patchChildren(parent, flat(children));
}

function flat(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false && child !== "")
    .map((child) => (typeof child === "object" ? child : { tag: "#text", key: null, text: String(child) }));
}

/** Name each description: by its key, else by its place among the unkeyed ones of its tag. */
function named(descriptions) {
  const seen = new Map();
  return descriptions.map((each) => {
    if (each.key !== null) return `${each.tag} ${each.key}`;
    const nth = seen.get(each.tag) ?? 0;
    seen.set(each.tag, nth + 1);
    return `${each.tag}#${nth}`;
  });
}

function patchChildren(parent, wanted) {
  const present = [...parent.childNodes].filter((node) => drawn.has(node));
  const names = named(present.map((node) => drawn.get(node)));
  const pool = new Map(present.map((node, n) => [names[n], node]));
  const nodes = named(wanted).map((name, n) => {
    const found = pool.get(name);
    pool.delete(name);
    return found ? update(found, wanted[n]) : create(wanted[n]);
  });
  for (const gone of pool.values()) gone.remove();
  let at = parent.firstChild;
  for (const node of nodes) {
    if (node === at) at = at.nextSibling;
    else place(parent, node, at);
  }
}

/** Put a node before another; one that stands here already is moved without losing focus, where the browser can. */
function place(parent, node, before) {
  if (node.parentNode === parent && parent.moveBefore) parent.moveBefore(node, before);
  else parent.insertBefore(node, before);
}

function create(description) {
  const { tag, text } = description;
  const node =
    tag === "#text"
      ? document.createTextNode(text)
      : tag === "svg" || tag === "path" || tag === "title"
        ? document.createElementNS(SVG, tag)
        : document.createElement(tag);
  drawn.set(node, { tag, key: description.key, props: {}, children: [], text });
  return update(node, description);
}

function update(node, description) {
  const before = drawn.get(node);
  drawn.set(node, description);
  if (description.tag === "#text") {
    if (node.data !== description.text) node.data = description.text;
    return node;
  }
  for (const name of Object.keys({ ...before.props, ...description.props }))
    set(node, name, before.props[name], description.props[name]);
  patchChildren(node, description.children);
  return node;
}

function set(node, name, was, is) {
  if (name.startsWith("on")) return listen(node, name.slice(2), is);
  if (was === is) return undefined;
  if (is === null || is === undefined || is === false) node.removeAttribute(name);
  else node.setAttribute(name, is === true ? "" : is);
  return undefined;
}

function listen(node, type, handler) {
  const ours = handlers.get(node) ?? {};
  if (!(type in ours)) node.addEventListener(type, (event) => handlers.get(node)[type]?.(event));
  handlers.set(node, { ...ours, [type]: handler || null });
}
