// Draws without taking anything from a person's hands: focus stays, and what is looked at stays where it is on the screen.

import { draw } from "./tree.js";

const ITEMS = "[data-item]";

/** Draw the descriptions into a shadow root. */
export function drawKept(root, descriptions) {
  const focused = root.activeElement;
  const place = focused?.closest(ITEMS) ? items(root).indexOf(focused.closest(ITEMS)) : -1;
  const anchor = anchorOf(root);
  draw(root, descriptions);
  hold(root, anchor);
  if (focused && root.activeElement !== focused) refocus(root, focused, place);
}

/** All items that can be seen, in the order of the panel. */
export function items(root) {
  return [...root.querySelectorAll(ITEMS)].filter((item) => item.checkVisibility?.() ?? true);
}

/** Focus an item, or the panel if there is none. */
export function focusItem(root, item) {
  const target = item?.matches("[data-focus]") ? item : item?.querySelector("[data-focus]");
  (target ?? root.querySelector("aside .rail-button, aside"))?.focus();
}

/** What is under the pointer, else what has the focus, else the first item in view; and where it stands. */
function anchorOf(root) {
  const scroller = root.querySelector(".scroller");
  if (!scroller || scroller.scrollTop === 0) return null;
  const { top, bottom } = scroller.getBoundingClientRect();
  const isSeen = (item) => item.getBoundingClientRect().bottom > top && item.getBoundingClientRect().top < bottom;
  const all = items(root);
  const item = all.findLast((each) => each.matches(":hover")) ?? all.find((each) => each.matches(":focus-within") && isSeen(each)) ?? all.find(isSeen);
  return item ? { item, top: item.getBoundingClientRect().top } : null;
}

function hold(root, anchor) {
  if (!anchor?.item.isConnected) return;
  const moved = anchor.item.getBoundingClientRect().top - anchor.top;
  if (moved) root.querySelector(".scroller")?.scrollBy(0, moved);
}

/** The browser let go of what had the focus: take it back, or go to what stands in its place now. */
function refocus(root, focused, place) {
  if (focused.isConnected && !focused.closest("[inert]")) focused.focus({ preventScroll: true });
  if (root.activeElement === focused || root.activeElement) return;
  const left = items(root).filter((item) => !item.closest("[inert]"));
  focusItem(root, left[Math.min(Math.max(place, 0), left.length - 1)]);
}
