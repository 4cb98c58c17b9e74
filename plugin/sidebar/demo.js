// citecoder's own page: plays the part of a documentation system. What it does with the sidebar, any host can do.

import "./citecoder.js";

const HERE = new URL("samples/", import.meta.url);
const sidebar = document.querySelector("citecoder-sidebar");
const note = document.getElementById("note");
const visit = document.getElementById("visit");
const chosen = document.getElementById("sample");
const claim = document.getElementById("claim");
const printing = document.getElementById("print");

/** Accepted lines by their id, in the order in which they were accepted. */
const accepted = new Map();
let samples = [];
let patient = {}; // as it stands on paper

function el(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// --- the visit

function tellVisit() {
  for (const field of ["payer", "discipline", "date", "stage"]) sidebar[field] = visit.elements[field].value || null;
}

function showPatient(person) {
  patient = person ? { Patient: `${person.name} (invented)`, Born: person.born, Record: person.record, Problem: person.problem, "Plan of care": person.plan } : {};
  const banner = document.getElementById("patient");
  banner.hidden = !person;
  banner.replaceChildren(
    ...Object.entries(patient).map(([name, value], n) => el("div", { className: n ? "" : "name" }, el("dt", {}, name), el("dd", {}, value))),
  );
}

async function choose() {
  const sample = samples[chosen.value];
  const text = sample ? await (await fetch(new URL(sample.file, HERE))).text() : "";
  sidebar.reset();
  accepted.clear();
  showClaim();
  showPatient(sample?.patient);
  for (const field of ["payer", "discipline", "date"]) visit.elements[field].value = sample?.[field] ?? "";
  tellVisit();
  note.textContent = text.trimEnd();
  note.scrollTop = 0;
  blank();
}

/** An emptied editor keeps a line break in which the caret stands; the placeholder shall show all the same. */
function blank() {
  note.classList.toggle("blank", !note.textContent.trim());
}

async function loadSamples() {
  samples = await (await fetch(new URL("samples.json", HERE))).json();
  chosen.append(...samples.map((sample, n) => el("option", { value: String(n) }, sample.title)));
}

// --- the claim

function showClaim() {
  const lines = [...accepted.values()];
  claim.replaceChildren(
    ...lines.map(({ code, units, modifiers }) =>
      el("li", {}, el("b", {}, code), modifiers.length ? el("span", {}, modifiers.join(" ")) : "", units === null ? "units open" : `×${units}`)),
  );
  document.getElementById("claim-empty").hidden = lines.length > 0;
  const units = lines.reduce((sum, line) => sum + (line.units ?? 0), 0);
  const total = `${lines.length} line${lines.length === 1 ? "" : "s"}, ${units} unit${units === 1 ? "" : "s"}`;
  document.getElementById("claim-total").textContent = lines.length ? total : "";
}

/** A line that a later reading no longer has leaves the claim: nobody has accepted what stands there now. */
function keepUp({ detail: { review } }) {
  printing.disabled = !review;
  const there = new Set(review.suggestions.map((line) => line.id));
  for (const id of accepted.keys()) if (!there.has(id)) accepted.delete(id);
  showClaim();
}

sidebar.addEventListener("accept", ({ detail }) => {
  accepted.set(detail.line_id, detail);
  showClaim();
});
for (const undone of ["reject", "undo"]) {
  sidebar.addEventListener(undone, ({ detail }) => {
    accepted.delete(detail.line_id);
    showClaim();
  });
}
sidebar.addEventListener("review", keepUp);
sidebar.addEventListener("date", ({ detail }) => (visit.elements.date.value = detail.date));
note.addEventListener("input", blank);
visit.addEventListener("change", tellVisit);
visit.addEventListener("submit", (event) => event.preventDefault());
chosen.addEventListener("change", choose);
printing.addEventListener("click", () => sidebar.print({ patient }));

/** Where there is no room beside the note, the sidebar stands below it. */
const narrow = matchMedia("(max-width: 720px)");
const place = () => (sidebar.placement = narrow.matches ? "bottom" : null);
narrow.addEventListener("change", place);

printing.disabled = true;
place();
blank();
tellVisit();
await loadSamples();
