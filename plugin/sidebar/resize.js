// The width of the panel: a separator that is dragged, or moved by keys, between a least and a most width.

export const WIDTH = { least: 260, usual: 360, most: 640 };
const STEP = { ArrowLeft: -16, ArrowRight: 16, PageUp: 64, PageDown: -64 };

/** Keep a width within its limits. */
export function within(width) {
  return Math.round(Math.min(WIDTH.most, Math.max(WIDTH.least, width)));
}

/**
 * Return the separator's handlers.
 * @param {object} hands
 * @param {() => number} hands.width
 * @param {(width: number) => void} hands.set
 * @param {() => boolean} hands.isAtStart whether the panel stands at the start of its line, its separator at its end
 */
export function resizing({ width, set, isAtStart }) {
  const sign = (element) => (isAtStart() ? 1 : -1) * (getComputedStyle(element).direction === "rtl" ? -1 : 1);
  return {
    ondblclick: () => set(WIDTH.usual),
    onkeydown(event) {
      if (event.key === "Home") set(WIDTH.least);
      else if (event.key === "End") set(WIDTH.most);
      else if (event.key in STEP) {
        const step = STEP[event.key];
        set(within(width() + (event.key.startsWith("Page") ? step : step * sign(event.currentTarget))));
      } else return;
      event.preventDefault();
      event.stopPropagation();
    },
    onpointerdown(event) {
      if (event.button !== 0) return;
      event.preventDefault();
      const separator = event.currentTarget;
      const from = { x: event.clientX, width: width(), sign: sign(separator) };
      const move = (moved) => set(within(from.width + (moved.clientX - from.x) * from.sign));
      separator.setPointerCapture(event.pointerId);
      separator.addEventListener("pointermove", move);
      separator.addEventListener("lostpointercapture", () => separator.removeEventListener("pointermove", move), { once: true });
    },
  };
}
