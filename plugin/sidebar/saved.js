// What a person set about the panel itself, kept in this browser: its width and whether it is collapsed. Never text.

const PREFIX = "citecoder.sidebar.";

/** Return what was kept under a name; an empty object if storage is closed, empty or holds something else. */
export function load(name) {
  try {
    const kept = JSON.parse(localStorage.getItem(PREFIX + name));
    return {
      width: Number.isFinite(kept?.width) ? kept.width : null,
      collapsed: typeof kept?.collapsed === "boolean" ? kept.collapsed : null,
    };
  } catch {
    return { width: null, collapsed: null };
  }
}

/** Keep it; a browser that does not let us is no reason to stop. */
export function save(name, { width, collapsed }) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify({ width, collapsed }));
  } catch {
    // a private window, or storage switched off: the panel opens as it does the first time
  }
}
