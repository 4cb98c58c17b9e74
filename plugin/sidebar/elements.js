// Makes elements. Text only ever becomes text nodes: nothing that a note or a source says is read as markup.

/** Make an element: properties, then children (strings, elements, arrays of them; null and false are left out). */
export function el(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "class") made.className = value;
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

const PATHS = {
  supported: "M3 8.5l3.5 3.5L13 4.5",
  needs_documentation: "M8 3v6M8 12.5v.1",
  warning: "M8 3v6M8 12.5v.1",
  error: "M4 4l8 8M12 4l-8 8",
  info: "M8 7v6M8 3.5v.1",
  conflict: "M3 6h10M3 10h10M10.5 3l-5 10",
  close: "M4 4l8 8M12 4l-8 8",
};

/** Make a 16-pixel stroke icon that says its meaning to a screen reader. */
export function icon(kind, meaning) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", `icon ${kind}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", meaning);
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", PATHS[kind]);
  svg.append(path);
  return svg;
}
