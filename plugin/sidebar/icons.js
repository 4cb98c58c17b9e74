// Icons of 16 pixels, drawn with strokes. Each shape stands for one thing, so that colour is never needed to tell.

import { h } from "./tree.js";

const PATHS = {
  supported: "M8 1.75a6.25 6.25 0 1 1 0 12.5a6.25 6.25 0 1 1 0-12.5zM5.25 8.25l2 2l3.5-4",
  needs_documentation: "M8 1.75a6.25 6.25 0 0 1 4.4 1.8M14.2 7a6.25 6.25 0 0 1-1.6 5.2M9.5 14.1a6.25 6.25 0 0 1-5.2-1.2M1.9 9.2a6.25 6.25 0 0 1 1.6-5.5M8 5v3.5M8 11v.1",
  required: "M8 3.75a4.25 4.25 0 1 1 0 8.5a4.25 4.25 0 1 1 0-8.5zM8 7a1 1 0 1 1 0 2a1 1 0 1 1 0-2z",
  recommended: "M8 3.75a4.25 4.25 0 1 1 0 8.5a4.25 4.25 0 1 1 0-8.5z",
  not_coded: "M8 1.75a6.25 6.25 0 1 1 0 12.5a6.25 6.25 0 1 1 0-12.5zM5 8h6",
  warning: "M8 2.25l6.25 11.25H1.75zM8 6.5v3.25M8 11.5v.1",
  error: "M5.4 1.75h5.2l3.65 3.65v5.2l-3.65 3.65H5.4l-3.65-3.65V5.4zM8 4.75v4M8 11v.1",
  info: "M8 1.75a6.25 6.25 0 1 1 0 12.5a6.25 6.25 0 1 1 0-12.5zM8 7.25v4M8 4.75v.1",
  conflict: "M2 5h9.5M9 2.5L11.5 5L9 7.5M14 11H4.5M7 8.5L4.5 11L7 13.5",
  done: "M3 8.5l3.25 3.25L13 4.75",
  close: "M4 4l8 8M12 4l-8 8",
  collapse: "M9.5 4l4 4l-4 4M3.5 4l4 4l-4 4",
  expand: "M6.5 4l-4 4l4 4M12.5 4l-4 4l4 4",
  open: "M6 4l4 4l-4 4",
  keys: "M1.5 4h13v8h-13zM4 6.5h.1M6.7 6.5h.1M9.3 6.5h.1M12 6.5h.1M4.5 9.5h7",
  print: "M4.5 6V2h7v4M4.5 11.5H2V6h12v5.5h-2.5M4.5 9.5h7V14h-7z",
  back: "M10 3.5L5.5 8l4.5 4.5",
};

/**
 * Describe an icon.
 * @param {keyof PATHS} kind
 * @param {string} [meaning] what a screen reader says, and a pointer that rests on it shows; without it the icon is decoration beside words
 */
export function icon(kind, meaning = "") {
  const said = meaning ? { role: "img", "aria-label": meaning } : { "aria-hidden": "true" };
  return h("svg", { viewBox: "0 0 16 16", class: `icon ${kind}`, ...said }, meaning && h("title", {}, meaning), h("path", { d: PATHS[kind] }));
}
