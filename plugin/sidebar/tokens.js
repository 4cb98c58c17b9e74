// The theme: every colour and size that a host can set, as CSS custom properties. `docs/embed.md` lists them.

const COLOURS = {
  // name: [light, dark]
  paper: ["#ffffff", "#1b2022"],
  ink: ["#1c2321", "#e6ebe9"],
  muted: ["#5b6663", "#a0aba8"],
  line: ["#dfe4e2", "#343d3f"],
  field: ["#87928f", "#6f7c79"],
  accent: ["#1b666b", "#74c8ca"],
  "accent-soft": ["#e2f0f0", "#213a3c"],
  amber: ["#7f5000", "#e5b454"],
  "amber-soft": ["#fbefd6", "#3d3219"],
  red: ["#a8261c", "#f49a90"],
  shadow: ["rgb(0 0 0 / 18%)", "rgb(0 0 0 / 55%)"],
};

const colours = Object.entries(COLOURS)
  .map(([name, [light, dark]]) => `--_${name}: var(--citecoder-${name}, light-dark(${light}, ${dark}));`)
  .join("\n  ");

/** Styles of the host element: the theme, and the room that it takes. */
export const TOKENS = `
:host {
  color-scheme: light dark;
  ${colours}
  --_font: var(--citecoder-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif);
  --_size: var(--citecoder-font-size, 13px);
  --_leading: var(--citecoder-line-height, calc(18em / 13));
  --_radius: var(--citecoder-radius, 6px);
  --_width: 360px;
  --_rail: 44px;
  box-sizing: border-box;
  display: block;
  position: relative;
  flex: 0 1 auto;
  width: var(--citecoder-width, var(--_width));
  min-width: min(240px, 100%);
  max-width: 100%;
  height: 100%;
  max-height: 100dvh;
  min-height: 0;
  contain: layout style;
  background: var(--_paper);
  color: var(--_ink);
  font: var(--_size)/var(--_leading) var(--_font);
  border-inline-start: 1px solid var(--_line);
}
:host([hidden]) { display: none; }
:host([theme="light"]) { color-scheme: light; }
:host([theme="dark"]) { color-scheme: dark; }
:host([placement="start"]) { border-inline-start: 0; border-inline-end: 1px solid var(--_line); }
:host([placement="bottom"]) { contain: style; width: 100%; border-inline-start: 0; border-block-start: 1px solid var(--_line); }
:host([collapsed]) { width: var(--_rail); min-width: 0; flex: none; }
:host([collapsed][placement="bottom"]) { width: 100%; height: var(--_rail); }
`;
