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
let lapsed = []; // what was taken off since the last line was accepted, in words
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
  const asked = chosen.value;
  const sample = samples[asked];
  const text = sample ? await (await fetch(new URL(sample.file, HERE))).text() : "";
  if (asked !== chosen.value) return; // another one was chosen meanwhile
  sidebar.reset();
  accepted.clear();
  showLapsed([]);
  showClaim();
  showPatient(sample?.patient);
  for (const field of ["payer", "discipline", "date"]) visit.elements[field].value = sample?.[field] ?? "";
  tellVisit();
  note.textContent = text.trimEnd();
  note.parentElement.scrollTop = 0;
  blank();
}

/** An emptied editor keeps a line break in which the caret stands; the placeholder shall show all the same. */
function blank() {
  note.classList.toggle("blank", !note.textContent.trim());
}

async function loadSamples() {
  samples = await (await fetch(new URL("samples.json", HERE))).json();
  chosen.append(...samples.map((sample, n) => el("option", { value: String(n) }, sample.title)));
  chosen.value = "0"; // whoever comes here first sees at once what it does
  await choose();
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

/** A line that the note no longer supports as it was accepted leaves the claim: nobody has accepted what stands there now. */
function takeOff({ line_id: id, was, now }) {
  const line = accepted.get(id);
  if (!accepted.delete(id)) return;
  const why = now ? `the note now supports ${amount(now)}` : "the note no longer supports it";
  showLapsed([...lapsed, `${line.code} ${amount(was ?? line)} was taken off: ${why}.`]);
  showClaim();
}

function amount({ units, modifiers }) {
  return [units === null ? "without units" : `×${units}`, ...(modifiers ?? [])].join(" ");
}

function showLapsed(sentences) {
  lapsed = sentences;
  document.getElementById("claim-lapsed").textContent = lapsed.join(" ");
}

function keepUp({ detail: { review } }) {
  printing.disabled = !review;
  const there = new Set(review.suggestions.map((line) => line.id));
  for (const id of [...accepted.keys()]) if (!there.has(id)) takeOff({ line_id: id, now: null });
}

/** Nothing is read in an emptied note, so nothing is told of its lines. */
function emptied() {
  blank();
  if (!note.textContent.trim()) for (const id of [...accepted.keys()]) takeOff({ line_id: id, now: null });
}

sidebar.addEventListener("accept", ({ detail }) => {
  accepted.set(detail.line_id, detail);
  showLapsed([]);
  showClaim();
});
for (const undone of ["reject", "undo"]) {
  sidebar.addEventListener(undone, ({ detail }) => {
    accepted.delete(detail.line_id);
    showClaim();
  });
}
sidebar.addEventListener("lapsed", ({ detail }) => takeOff(detail));
sidebar.addEventListener("review", keepUp);
sidebar.addEventListener("date", ({ detail }) => (visit.elements.date.value = detail.date));
note.addEventListener("input", emptied);
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
