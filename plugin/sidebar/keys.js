// The keyboard: F6 between the note and the panel, arrows between items, one letter an action.

import { gaps } from "./gathered.js";
import { focusItem, items } from "./keeping.js";

const FIELDS = "input, select, textarea";
const sidebars = []; // those on the page, in the order in which they came

/**
 * Make the handler of keys inside a panel.
 * @param {object} panel
 * @param {ShadowRoot} panel.root
 * @param {import("./session.js").Session} panel.session
 * @param {object} panel.act
 * @param {() => void} panel.leave back to the note
 */
export function panelKeys({ root, session, act, leave }) {
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    const target = event.composedPath()[0];
    const isField = target.matches?.(FIELDS);
    const handled = event.key === "Escape" ? escape(target) : !isField && !session.cards.length && (move(event, target) || letter(event, target));
    if (handled || (event.key === "?" && !isField && (act.keys(), true))) {
      event.preventDefault();
      event.stopPropagation();
    }
  };

  /** Close what is on top: a card, a form, an open item; then go back to the note. */
  function escape(target) {
    const key = target.closest("[data-item]")?.dataset.item;
    if (session.cards.length) act.closeCards();
    else if (session.form) act.closeForm();
    else if (key && session.open.has(key)) {
      act.toggle(key);
      focusItem(root, target.closest("[data-item]"));
    } else leave();
    return true;
  }

  function move({ key, shiftKey }, target) {
    if (shiftKey || !["ArrowDown", "ArrowUp", "Home", "End"].includes(key) || target.closest("[role=separator], .card")) return false;
    const all = items(root);
    const here = all.findIndex((item) => item.contains(target));
    const next = { ArrowDown: here + 1, ArrowUp: Math.max(here - 1, 0), Home: 0, End: all.length - 1 }[key];
    if (!all[next]) return false;
    focusItem(root, all[next]);
    all[next].scrollIntoView({ block: "nearest" });
    return true;
  }

  function letter({ key }, target) {
    const item = target.closest("[data-item]");
    if (!item || !session.review) return false;
    const line = session.review.suggestions.find((each) => each.id === item.dataset.line);
    if (line) return onLine(key.toLowerCase(), line);
    return item.dataset.gap ? onGap(key.toLowerCase(), item.dataset.gap) : false;
  }

  function onLine(key, line) {
    const action = { a: () => act.accept(line), e: () => act.form("edit", line.id), r: () => act.form("reject", line.id) }[key];
    action?.();
    return Boolean(action);
  }

  function onGap(key, id) {
    const gap = gaps(session.review).find((each) => each.gap.id === id)?.gap;
    const action = { i: () => act.insert(gap), d: () => act.form("dismiss", id) }[key];
    if (gap) action?.();
    return Boolean(gap && action);
  }
}

/**
 * Take part in F6: it goes to the panel whose note has the focus, and from a panel back to its note.
 * @param {{element: HTMLElement, hasNote: () => boolean, enter: () => void, leave: () => void}} sidebar
 * @returns {() => void} what ends it
 */
export function joinF6(sidebar) {
  sidebars.push(sidebar);
  if (sidebars.length === 1) document.addEventListener("keydown", onF6);
  return () => {
    sidebars.splice(sidebars.indexOf(sidebar), 1);
    if (!sidebars.length) document.removeEventListener("keydown", onF6);
  };
}

function onF6(event) {
  if (event.key !== "F6" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const inside = sidebars.find(({ element }) => element.matches(":focus-within"));
  const chosen = inside ?? sidebars.find(({ hasNote }) => hasNote()) ?? sidebars[0];
  event.preventDefault();
  if (inside) inside.leave();
  else chosen.enter();
}
