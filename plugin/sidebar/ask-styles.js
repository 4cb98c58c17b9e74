// How questions and answers look in the panel: a fold that stands at its foot, whatever is scrolled above.

export const ASK = `
.asking { flex: none; display: flex; flex-direction: column; min-height: 0; border-top: 1px solid var(--_line); padding-inline: 16px 8px; }
.asking.open { max-height: 62%; padding-bottom: 8px; }
:host([placement="bottom"]) .asking.open { max-height: 70dvh; }
.ask-head { flex: none; display: flex; align-items: center; gap: 8px; padding-inline-end: 8px; }
.ask-head .fold-head { flex: 1; min-height: 36px; }
.asking.open .fold-head { color: var(--_ink); font-weight: 600; }
.talk { flex: 0 1 auto; min-height: 0; overflow: hidden auto; overscroll-behavior: contain; scrollbar-gutter: stable; padding: 0 4px 8px 0; display: grid; gap: 12px; align-content: start; }
.talk:focus-visible { outline-offset: -2px; }
.turn-told + .turn-told { border-top: 1px solid var(--_line); padding-top: 8px; }
.question { font-size: inherit; line-height: inherit; font-weight: 600; overflow-wrap: anywhere; white-space: pre-wrap; }
.asked-about { display: none; }
.answer { display: grid; gap: 6px; padding-top: 4px; overflow-wrap: anywhere; }
.sentence { animation: appear 120ms ease-out; }
.sentence.disagree { display: grid; grid-template-columns: 16px minmax(0, 1fr); gap: 8px; }
.sentence.disagree .icon { margin-top: 1px; color: var(--_muted); }
.beside { white-space: nowrap; }
.sentence b { font-weight: 600; }
.abstained .sentence { color: var(--_muted); }
.looking { color: var(--_muted); animation: appear 120ms ease-out 200ms backwards; }
.answer .failure { display: flex; gap: 8px; }
.answer-foot { display: flex; flex-wrap: wrap; align-items: center; gap: 0 12px; min-height: 24px; color: var(--_muted); }
.as-of { font-size: 12px; color: var(--_muted); }
.cite:disabled { opacity: 1; cursor: default; color: var(--_muted); }
.ask-form { flex: none; display: grid; gap: 4px; padding: 4px 8px 0 0; }
.ask-form .choice { padding: 0 0 4px; }
.ask-form .chip { padding-block: 2px; border-color: var(--_line); overflow-wrap: anywhere; }
.ask-row { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 8px; align-items: end; }
.ask-row textarea {
  display: block; width: 100%; min-height: 32px; max-height: 7em; field-sizing: content; resize: none; padding: 6px 8px; font: inherit;
  border: 1px solid var(--_field); border-radius: var(--_radius); background: var(--_paper); color: var(--_ink);
}
.ask-row textarea::placeholder { color: var(--_muted); opacity: 1; }
.ask-row .action { min-height: 32px; min-width: 56px; text-align: center; }
mark { background: var(--_accent-soft); color: inherit; padding-block: 1px; border-radius: 2px; }
@media (forced-colors: active) { mark { background: Mark; color: MarkText; } }
@media (max-height: 480px) { .asking.open { max-height: 80%; } }
`;
