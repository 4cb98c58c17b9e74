"use strict";
// Read from top to bottom: making nodes, charts, the case pane, the list of cases, start.
// Notes and answers are untrusted. Text reaches the page as text nodes only; no markup is ever made of data.

const at = (id) => document.getElementById(id);
const data = JSON.parse(at("data").textContent);
const DRAWING = at("patterns").namespaceURI;
const STATE_WORDS = { answered: "answered", refused: "refused", invalid: "invalid", crashed: "crashed", timed_out: "timed out" };
const TOP = 20;

// --- making nodes ---------------------------------------------------------------------------------

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}
const el = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
const draw = (tag, attributes = {}, ...children) => fill(document.createElementNS(DRAWING, tag), attributes, children);

const known = (value) => value !== null && value !== undefined;
const list = (value) => (Array.isArray(value) ? value : []);
const share = (value) => (known(value) ? value.toFixed(3) : "–");
const percent = (value) => (known(value) ? `${(100 * value).toFixed(1)} %` : "–");
const dollars = (value) => `${value < 0 ? "−" : ""}$${Math.abs(value).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
const words = (name) => String(name).replaceAll("_", " ");
const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);
const plural = (count, one) => `${count} ${one}${count === 1 ? "" : "s"}`;

/** Make a table in a scroller that the keyboard can reach. Columns are [title, is it a number]; cells text or nodes. */
function table(label, columns, rows, { tall = false, name = "" } = {}) {
  const cell = (value, n) =>
    n === 0 ? el("th", { scope: "row" }, value) : el("td", { class: columns[n][1] ? "number" : null }, value);
  return el("div", { class: `scroll${tall ? " tall" : ""}`, tabindex: 0, role: "region", "aria-label": label },
    el("table", { class: name || null },
      el("thead", {}, el("tr", {}, columns.map(([title, number]) => el("th", { scope: "col", class: number ? "number" : null }, title)))),
      el("tbody", {}, rows.map((row) => el("tr", {}, row.map(cell))))));
}

// --- charts ---------------------------------------------------------------------------------------

const chart = (title, drawing, caption, ...rest) => el("figure", {}, el("h3", {}, title), drawing, el("figcaption", {}, caption), rest);
const numbers = (label, columns, rows) =>
  el("details", {}, el("summary", {}, "The same numbers as a table"), table(label, columns, rows, { tall: rows.length > 14 }));
const picture = (width, height, label, ...parts) => draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label }, parts);
const text = (x, y, said, anchor = "middle", name = null) => draw("text", { x, y, "text-anchor": anchor, class: name }, said);

const PLOT = { left: 58, top: 28, width: 330, height: 190 };
const across = (part) => PLOT.left + PLOT.width * part;
const up = (part) => PLOT.top + PLOT.height * (1 - part);

/** Draw a square frame with five ticks each way; both axes begin at 0. */
function frame(right, top, xTitle, yTitle) {
  const parts = [0, 0.25, 0.5, 0.75, 1];
  const digits = top < 0.2 ? 3 : 2;
  return [
    parts.map((part) => draw("path", { class: part ? "grid" : "axis", d: `M${across(0)} ${up(part)}H${across(1)}` })),
    parts.map((part) => text(across(0) - 7, up(part) + 4, (part * top).toFixed(digits), "end")),
    parts.map((part) => text(across(part), up(0) + 17, (part * right).toFixed(2))),
    text(across(0.5), up(0) + 36, xTitle, "middle", "strong"),
    draw("text", { transform: `translate(12 ${up(0.5)}) rotate(-90)`, "text-anchor": "middle", class: "strong" }, yTitle),
  ];
}

function riskChart(told) {
  const curve = told.curve;
  const top = [0.05, 0.1, 0.25, 0.5, 1].find((limit) => curve.every((point) => point.risk <= limit));
  let path = `M${across(0)} ${up(curve[0].risk / top)}`;
  for (const point of curve) path += `V${up(point.risk / top)}H${across(point.coverage)}`;
  const all = curve.at(-1);
  const half = curve.find((point) => point.coverage >= 0.5);
  const caption = `Keeping every one of ${plural(told.lines, "line")} has a risk of ${percent(all.risk)}; keeping only those of confidence ${share(half.threshold)} and above (${percent(half.coverage)} of them) has ${percent(half.risk)}. Area under the curve, AURC: ${told.aurc.toFixed(4)} (lower is better).`;
  const svg = picture(400, 256, `Risk against coverage. ${caption}`, frame(1, top, "coverage: share of lines kept", "risk: share wrong"),
    draw("path", { class: "below", d: `${path}V${up(0)}H${across(0)}Z` }), draw("path", { class: "curve", d: path }));
  const rows = curve.map((point) => [share(point.threshold), share(point.coverage), share(point.risk)]);
  return chart("Risk and coverage", svg, caption, numbers("Risk and coverage", [["Confidence from", true], ["Coverage", true], ["Risk", true]], rows));
}

function calibrationChart(told) {
  const bins = told.bins;
  const most = Math.max(...bins.map((bin) => bin.lines));
  const worst = bins.reduce((one, other) => (gapOf(other) > gapOf(one) ? other : one));
  const side = worst.confidence > worst.right ? "surer than right" : "right more often than sure";
  const caption = `Dots on the broken line mean that lines are right as often as their confidence says; below it they are surer than right. Furthest off: the ${plural(worst.lines, "line")} around ${share(worst.confidence)} are right ${percent(worst.right)} of the time (${side}). Expected calibration error ${share(told.ece)}, Brier score ${share(told.brier)}. Numbers on top count lines.`;
  const svg = picture(400, 256, `Calibration. ${caption}`, frame(1, 1, "confidence", "share right"),
    draw("path", { class: "even", d: `M${across(0)} ${up(0)}L${across(1)} ${up(1)}` }),
    bins.map((bin) => [
      draw("circle", { class: "dot", cx: across(bin.confidence), cy: up(bin.right), r: 3 + 5 * Math.sqrt(bin.lines / most) }),
      text(across(bin.from + 0.05), 12, bin.lines),
    ]));
  const rows = bins.map((bin) => [`${bin.from.toFixed(1)} to ${(bin.from + 0.1).toFixed(1)}`, bin.lines, share(bin.confidence), share(bin.right)]);
  return chart("Calibration", svg, caption, numbers("Calibration", [["Confidence"], ["Lines", true], ["Mean confidence", true], ["Share right", true]], rows));
}
const gapOf = (bin) => bin.lines * Math.abs(bin.confidence - bin.right);

function confusionChart(told) {
  const choice = el("select", {}, el("option", { value: "" }, "all kinds"), Object.keys(told.kinds).map((kind) => el("option", { value: kind }, words(kind))));
  const place = el("div");
  const caption = el("figcaption");
  const show = () => {
    const matrix = choice.value ? told.kinds[choice.value] : told.all;
    place.replaceChildren(confusionTable(told, matrix));
    const agreed = sum(told.labelled.map((verdict, n) => matrix[n][told.said.indexOf(verdict)] || 0));
    const all = sum(matrix.flat());
    caption.textContent = all
      ? `Down: what the labels say. Across: what the answers say. ${agreed} of ${plural(all, "verdict")} agree (outlined); in ${sum(matrix.map((row) => row[told.said.indexOf("silent")] || 0))} the answer is silent. The darker, the larger the share of its row.`
      : "No verdict of this kind was scored.";
  };
  choice.addEventListener("change", show);
  show();
  return el("figure", {}, el("h3", {}, "Verdicts on documentation"), el("p", { class: "choose" }, el("label", {}, "Kind ", choice)), place, caption);
}

function confusionTable(told, matrix) {
  const body = told.labelled.map((verdict, n) => {
    const all = sum(matrix[n]);
    return el("tr", {}, el("th", { scope: "row" }, words(verdict)), matrix[n].map((count, m) => {
      const cell = el("td", { class: told.said[m] === verdict ? "agrees" : null }, String(count));
      cell.style.setProperty("--part", all ? count / all : 0);
      return cell;
    }));
  });
  const head = el("tr", {}, el("th", { scope: "col" }, "Label"), told.said.map((said) => el("th", { scope: "col" }, el("span", { class: "unseen" }, "answer: "), words(said))));
  return el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Verdicts: labels against answers" },
    el("table", { class: "confusion" }, el("thead", {}, head), el("tbody", {}, body)));
}

function codesChart(codes) {
  const wrong = codes.filter((each) => each.fn + each.fp > 0);
  const caption = wrong.length
    ? `${plural(wrong.length, "code")} of ${codes.length} with errors: ${sum(codes.map((each) => each.fn))} missed (striped), ${sum(codes.map((each) => each.fp))} extra (dotted), beside ${sum(codes.map((each) => each.tp))} hits (plain). Most errors: ${wrong.slice(0, 3).map((each) => each.code).join(", ")}. The numbers after a bar are hits, missed, extra.`
    : `None of ${plural(codes.length, "code")} was missed or given in excess. Bars show hits; the numbers after a bar are hits, missed, extra.`;
  const place = el("div", {}, codesDrawing(codes.slice(0, TOP), caption));
  const figure = chart("Errors by code", place, caption, restButton(place, codes, (all) => codesDrawing(all, caption)),
    numbers("Errors by code", [["Code"], ["Hits", true], ["Missed", true], ["Extra", true], ["F1", true]], codes.map((each) => [each.code, each.tp, each.fn, each.fp, share(each.f1)])));
  return figure;
}

function restButton(place, items, drawing) {
  if (items.length <= TOP) return null;
  const button = el("button", { type: "button", class: "more", "aria-expanded": "false" }, `Show the other ${items.length - TOP}`);
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-expanded") !== "true";
    place.replaceChildren(drawing(open ? items : items.slice(0, TOP)));
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? `Show the first ${TOP} only` : `Show the other ${items.length - TOP}`;
  });
  return button;
}

function codesDrawing(codes, label) {
  const most = Math.max(1, ...codes.map((each) => each.tp + each.fn + each.fp));
  const rows = codes.map((each, n) => {
    const y = 6 + 20 * n;
    let x = 66;
    const part = (name, count) => {
      if (!count) return null;
      const width = (250 * count) / most;
      const bar = draw("rect", { class: name, x, y, width, height: 13 });
      x += width;
      return bar;
    };
    const bars = [part("hit", each.tp), part("missed", each.fn), part("extra", each.fp)];
    return [text(58, y + 11, each.code, "end", "strong"), bars, text(x + 7, y + 11, `${each.tp} · ${each.fn} · ${each.fp}`, "start")];
  });
  return picture(400, 12 + 20 * codes.length, `Errors by code. ${label}`, rows);
}

function directionChart(told) {
  const kinds = Object.entries(told.counts);
  const most = Math.max(1, ...kinds.map(([, count]) => count));
  const caption = `${plural(sum(kinds.map(([, count]) => count)), "error")} in all: ${dollars(told.dollars_over)} billed too much, ${dollars(told.dollars_under)} too little, ${plural(told.unvalued, "error")} without a value.`;
  const svg = picture(400, 12 + 26 * kinds.length, `Direction of errors. ${caption}`, kinds.map(([kind, count], n) => {
    const y = 6 + 26 * n;
    return [text(96, y + 13, words(kind), "end", "strong"), draw("path", { class: "axis", d: `M104 ${y - 3}V${y + 23}` }),
      count ? draw("rect", { class: "bar", x: 104, y, width: (250 * count) / most, height: 18 }) : null,
      text(112 + (250 * count) / most, y + 13, count, "start")];
  }));
  const rows = [...kinds.map(([kind, count]) => [words(kind), count]), ["dollars over", dollars(told.dollars_over)], ["dollars under", dollars(told.dollars_under)], ["errors without a value", told.unvalued]];
  return chart("Direction of errors", svg, caption, numbers("Direction of errors", [["Direction"], ["Errors", true]], rows));
}

function thresholdChart(thresholds) {
  const never = thresholds.filter((each) => !known(each.threshold));
  const caption = thresholds.length
    ? `The lowest confidence from which on a code's lines are right at least 95 % of the time, and the share of its lines that this keeps. ${never.length ? `No confidence does for ${never.map((each) => each.code).join(", ")}.` : "Every code listed has one."} Codes with fewer than five lines are left out. Choose thresholds on one split and measure on another.`
    : "No code has the five lines that a threshold needs.";
  const rows = thresholds.map((each) => [each.code, each.lines, share(each.precision), known(each.threshold) ? share(each.threshold) : "none", share(each.coverage)]);
  const columns = [["Code"], ["Lines", true], ["Precision", true], ["Threshold", true], ["Kept", true]];
  return el("figure", {}, el("h3", {}, "Threshold of each code"), el("figcaption", {}, caption),
    rows.length ? table("Threshold of each code", columns, rows, { tall: rows.length > 14 }) : null);
}

function speedChart(told) {
  const bars = told.histogram;
  const first = bars[0].from;
  const step = bars.length > 1 ? Math.log(bars[1].from / first) : 1;
  const end = bars.length;
  const place = (ms) => across(Math.min(1, Math.max(0, Math.log(ms / first) / step / end)));
  const most = Math.max(...bars.map((bar) => bar.cases));
  const last = first * Math.exp(step * end);
  const wide = last / first > 300;
  const powers = [-2, -1, 0, 1, 2, 3, 4, 5, 6];
  const round = powers.flatMap((power) => (wide ? [1] : [1, 2, 5]).map((n) => Number((n * 10 ** power).toPrecision(1)))).filter((tick) => tick >= first * 0.999 && tick <= last);
  const ticks = round.length > 1 ? round : [first, Number(last.toPrecision(3))];
  const caption = `Half of ${plural(told.cases, "answer")} came within ${told.p50} ms, 95 of a hundred within ${told.p95} ms (broken lines). The scale is logarithmic: equal steps are equal factors.`;
  const svg = picture(400, 256, `Latency. ${caption}`,
    draw("path", { class: "axis", d: `M${across(0)} ${up(0)}H${across(1)}` }),
    bars.map((bar, n) => bar.cases && draw("rect", { class: "bar", x: across(n / end) + 0.75, y: up(bar.cases / most), width: PLOT.width / end - 1.5, height: PLOT.height * (bar.cases / most) })),
    ticks.map((tick) => [draw("path", { class: "axis", d: `M${place(tick)} ${up(0)}v5` }), text(place(tick), up(0) + 18, tick)]),
    text(across(0) - 7, up(1) + 4, most, "end"), text(across(0) - 7, up(0) + 4, 0, "end"),
    [["p50", told.p50, "end", -5], ["p95", told.p95, "start", 5]].map(([name, ms, anchor, off]) => [draw("path", { class: "mark-line", d: `M${place(ms)} 6V${up(0)}` }), text(place(ms) + off, 16, name, anchor, "strong")]),
    text(across(0.5), up(0) + 38, "milliseconds a case", "middle", "strong"));
  return chart("Latency", svg, caption, numbers("Latency", [["Milliseconds from", true], ["Answers", true]], bars.map((bar) => [bar.from, bar.cases])));
}

function tagsChart(tags) {
  const sorted = [...tags].sort((one, other) => (one.f1 ?? 2) - (other.f1 ?? 2) || one.tag.localeCompare(other.tag));
  const counted = sorted.filter((each) => known(each.f1));
  const caption = counted.length
    ? `F1 of the codes over the cases of a tag, the lowest first: ${counted[0].tag} has ${share(counted[0].f1)} over ${plural(counted[0].cases, "case")}. Tags with few cases swing widely.`
    : "No code was counted under any tag.";
  const drawing = (some) => picture(400, 12 + 20 * some.length, `F1 by tag. ${caption}`, some.map((each, n) => {
    const y = 15 + 20 * n;
    const x = 180 + 140 * (each.f1 ?? 0);
    return [text(170, y + 4, shortened(each.tag, 26), "end", "strong"), draw("path", { class: "grid", d: `M180 ${y}H320` }),
      known(each.f1) && draw("circle", { class: "dot", cx: x, cy: y, r: 4 }), text(332, y + 4, `${share(each.f1)} · ${each.cases}`, "start")];
  }));
  const place = el("div", {}, drawing(sorted.slice(0, TOP)));
  return chart("Scores by tag", place, caption, restButton(place, sorted, drawing),
    numbers("Scores by tag", [["Tag"], ["Cases", true], ["F1", true], ["Exactly the codes", true]], sorted.map((each) => [each.tag, each.cases, share(each.f1), share(each.exact)])));
}

/** Draw how many answers are right for each topic, or each kind of question. */
function partChart({ part, values }) {
  const sorted = [...values].sort((one, other) => one.right / one.asked - other.right / other.asked || one.value.localeCompare(other.value));
  const caption = `Answers right in every respect, the fewest first: ${sorted[0].value} has ${share(sorted[0].right / sorted[0].asked)} of ${plural(sorted[0].asked, "question")}.`;
  const svg = picture(400, 12 + 20 * sorted.length, `Right by ${part}. ${caption}`, sorted.map((each, n) => {
    const y = 15 + 20 * n;
    const right = each.right / each.asked;
    return [text(170, y + 4, shortened(each.value, 26), "end", "strong"), draw("path", { class: "grid", d: `M180 ${y}H320` }),
      draw("circle", { class: "dot", cx: 180 + 140 * right, cy: y, r: 4 }), text(332, y + 4, `${share(right)} · ${each.asked}`, "start")];
  }));
  const of = (above, below) => (below ? share(above / below) : "–");
  const columns = [[part === "kind" ? "Kind" : "Topic"], ["Questions", true], ["Right", true], ["Every fact", true], ["Wrong", true], ["Answered", true]];
  const rows = values.map((each) => [each.value, each.asked, of(each.right, each.asked), of(each.all_facts, each.to_answer), of(each.wrong, each.could_be_wrong), of(each.answered, each.asked)]);
  return chart(`Answers by ${part}`, svg, caption, numbers(`Answers by ${part}`, columns, rows));
}

const shortened = (said, most) => (said.length > most ? `${said.slice(0, most - 1)}…` : said);

/** Show the charts that a run has tables for. */
function showCharts(extras) {
  const { abstention, codes, direction, verdicts, speed, tags, parts } = extras;
  const charts = [
    abstention?.lines && riskChart(abstention),
    abstention?.lines && calibrationChart(abstention),
    list(codes).length > 0 && codesChart(codes),
    direction && directionChart(direction),
    verdicts && confusionChart(verdicts),
    ...list(parts).filter(({ values }) => values.length).map(partChart),
    speed?.cases && speedChart(speed),
    list(tags).length > 0 && tagsChart(tags),
    abstention?.lines && thresholdChart(abstention.thresholds),
  ].filter(Boolean);
  at("chart-list").replaceChildren(...(charts.length ? charts : [el("p", {}, "Nothing was answered, so there is nothing to draw.")]));
}

function startCharts() {
  const choice = at("run");
  choice.append(...data.runs.map((run, n) => el("option", { value: n }, run.name)));
  choice.value = String(data.runs.length - 1);
  choice.addEventListener("change", () => showCharts(data.runs[Number(choice.value)].extras));
  at("choose-run").hidden = data.runs.length < 2;
  showCharts(data.runs.at(-1).extras);
}

// --- the note, with evidence marked ----------------------------------------------------------------

/** Return code point → UTF-16 place: offsets count code points, and strings here do not. */
function placesIn(note) {
  const places = [];
  let place = 0;
  for (const char of note) {
    places.push(place);
    place += char.length;
  }
  places.push(place);
  return (offset) => places[Math.min(Math.max(0, offset), places.length - 1)];
}

/** Cut a note at every end of a span, so that spans may overlap: a list of {text, spans that cover it}. */
function cut(note, spans) {
  const place = placesIn(note);
  const placed = spans.map((span) => ({ ...span, from: place(span.start), to: place(span.end) })).filter((span) => span.from < span.to);
  const ends = [...new Set([0, note.length, ...placed.flatMap((span) => [span.from, span.to])])].sort((one, other) => one - other);
  return ends.slice(1).map((to, n) => ({ text: note.slice(ends[n], to), spans: placed.filter((span) => span.from <= ends[n] && to <= span.to) }));
}

function noteOf(note, spans) {
  const parts = cut(note, spans).map((part) => {
    if (!part.spans.length) return part.text;
    const has = (layer) => part.spans.some((span) => span.layer === layer);
    const mark = el("mark", { class: `${has("gold") ? "labelled " : ""}${has("said") ? "predicted" : ""}`.trim() || null }, part.text);
    mark.keys = part.spans.map((span) => span.key);
    return mark;
  });
  return el("div", { class: "note", tabindex: 0, role: "region", "aria-label": "The note, word for word" }, parts);
}

function light(keys) {
  for (const mark of document.querySelectorAll(".note mark")) {
    mark.classList.toggle("lit", mark.keys.some((key) => keys.has(key)));
  }
}

/** Scroll the note, and only the note, to the first mark of a quote. */
function jump(key) {
  const mark = [...document.querySelectorAll(".note mark")].find((each) => each.keys.includes(key));
  const note = mark?.closest(".note");
  if (note) note.scrollTop += mark.getBoundingClientRect().top - note.getBoundingClientRect().top - note.clientHeight / 3;
}

// --- the case pane ----------------------------------------------------------------------------------

/** Return the answers of a case: one, or that of A before that of B. */
function answersOf(each) {
  return each.before ? [{ name: "Before", run: each.before }, { name: "After", run: each }] : [{ name: "Answer", run: each }];
}

/** Collect the spans of what is shown, each under a key that a line's quotes carry too. */
class Marks {
  constructor(note) {
    this.note = note;
    this.place = placesIn(note);
    this.spans = [];
    this.used = 0;
  }

  /** Add the spans of one line; returns its quotes as buttons. Layer ``quiet`` is marked only when lit. */
  quotes(spans, layer) {
    const buttons = list(spans).map(([start, end]) => {
      this.used += 1;
      const key = this.used;
      this.spans.push({ start, end, layer, key });
      const quote = this.note.slice(this.place(start), this.place(end)).replace(/\s+/g, " ");
      const button = el("button", { type: "button", class: `quote of-${layer}` }, shortened(quote, 70));
      button.key = key;
      button.addEventListener("click", () => jump(key));
      return button;
    });
    return buttons.length ? el("div", { class: "quotes" }, buttons) : null;
  }
}

/** Light a row's quotes in the note while the pointer or the focus is on it. */
function lighting(row) {
  const on = () => light(new Set([...row.querySelectorAll(".quote")].map((button) => button.key)));
  const off = () => light(new Set());
  row.addEventListener("mouseenter", on);
  row.addEventListener("mouseleave", off);
  row.addEventListener("focusin", (event) => {
    if (event.target.key) light(new Set([event.target.key]));
    else on();
    if (event.target.key) jump(event.target.key);
  });
  row.addEventListener("focusout", off);
  return row;
}

function panes(title, columns, rows, name = "") {
  if (!rows.length) return null;
  const body = rows.map((row) => lighting(el("tr", {}, row.map((cell, n) => (n === 0 ? el("th", { scope: "row" }, cell) : el("td", {}, cell))))));
  return [el("h4", {}, title), el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": title },
    el("table", { class: `lines ${name}` }, el("thead", {}, el("tr", {}, columns.map((column) => el("th", { scope: "col" }, column)))), el("tbody", {}, body)))];
}

const verdict = (good, said) => el("p", { class: `verdict ${good ? "good" : "bad"}` }, `${good ? "✓" : "✗"} ${said}`);
const unitsOf = (units) => (known(units) ? plural(units, "unit") : "units open");
const modifiersOf = (modifiers) => (list(modifiers).length ? `, ${modifiers.join(" ")}` : "");

/** Group the lines of labels and answers by the labelled code that each meets. */
function lineRows(each, answers) {
  const rows = [];
  const left = answers.map(({ run }) => [...list(run.answer?.codes)]);
  for (const gold of each.gold.codes) {
    let row = rows.find((other) => other.code === gold.code);
    if (!row) rows.push((row = { code: gold.code, gold: [], said: left.map((lines) => take(lines, [gold.code, ...gold.alt_codes])) }));
    row.gold.push(gold);
  }
  for (const code of new Set(left.flat().map((line) => line.code))) {
    rows.push({ code, gold: [], said: left.map((lines) => take(lines, [code])) });
  }
  return rows;
}

function take(lines, codes) {
  const code = codes.find((option) => lines.some((line) => line.code === option));
  const taken = lines.filter((line) => line.code === code);
  for (const line of taken) lines.splice(lines.indexOf(line), 1);
  return taken;
}

function goldCell(row, marks) {
  if (!row.gold.length) return "–";
  return row.gold.map((line) => [
    el("p", {}, `${unitsOf(line.units)}${modifiersOf(line.modifiers)}`, line.required ? null : el("span", { class: "aside" }, " not required"),
      line.alt_codes.length ? el("span", { class: "aside" }, ` or ${line.alt_codes.join(", ")}`) : null),
    marks.quotes(line.spans, "gold"),
  ]);
}

function saidCell(row, lines, run, marks) {
  const verdicts = verdictsOf(row, lines, run);
  if (!lines.length) return verdicts.length ? verdicts : "–";
  return [verdicts, lines.map((line) => [
    el("p", {}, line.code === row.code ? null : `${line.code}: `, `${unitsOf(line.units)}${modifiersOf(line.modifiers)}`,
      el("span", { class: "aside" }, known(line.confidence) ? ` confidence ${share(line.confidence)}` : "", line.status ? ` ${words(line.status)}` : "")),
    line.rationale ? el("p", { class: "why" }, line.rationale) : null,
    marks.quotes(line.spans, "said"),
  ])];
}

function verdictsOf(row, lines, run) {
  const detail = run.detail;
  if (run.state !== "answered") return [el("p", { class: "verdict" }, `– ${STATE_WORDS[run.state]}`)];
  const codes = new Set([row.code, ...lines.map((line) => line.code)]);
  const told = [];
  if (list(detail.missed).includes(row.code)) told.push(verdict(false, "missed"));
  if (lines.some((line) => list(detail.extra).includes(line.code))) told.push(verdict(false, "extra"));
  if (lines.some((line) => list(detail.forbidden).includes(line.code))) told.push(verdict(false, "forbidden"));
  for (const [code, said, want] of list(detail.units_wrong)) {
    if (codes.has(code)) told.push(verdict(false, known(want) ? `units: ${known(said) ? said : "open"}, wanted ${want}` : `units: ${said}, without a basis`));
  }
  for (const [code, , want] of list(detail.modifiers_wrong)) if (codes.has(code)) told.push(verdict(false, `modifiers, wanted ${want.join(" ") || "none"}`));
  if (!told.length && row.gold.length && lines.length) told.push(verdict(true, "as labelled"));
  if (!told.length && !row.gold.length && lines.length) told.push(el("p", { class: "verdict" }, "not scored, or acceptable"));
  return told;
}

function refusalRows(each, answers, marks) {
  const codes = new Set([...each.gold.not_coded, ...answers.flatMap(({ run }) => list(run.answer?.not_coded))].map((one) => one.code ?? ""));
  const cell = (refusals, code, layer) => {
    const some = refusals.filter((one) => (one.code ?? "") === code);
    return some.length ? some.map((one) => [el("p", {}, words(one.reason ?? "no reason")), one.explanation ? el("p", { class: "why" }, one.explanation) : null, marks.quotes(one.spans, layer)]) : "–";
  };
  return [...codes].map((code) => [code || "no code", cell(each.gold.not_coded, code, "quiet"), answers.map(({ run }) => cell(list(run.answer?.not_coded), code, "quiet"))].flatMap((part, n) => (n === 2 ? part.map((one) => [one]) : [part])));
}

function gapRows(each, answers) {
  const asked = answers.map(({ run }) => [...list(run.answer?.missing).map(([kind, said]) => ["note", kind, said]),
    ...list(run.answer?.codes).flatMap((line) => list(line.missing).map(([kind, said]) => [line.code, kind, said]))]);
  const keys = new Map();
  for (const gap of each.gold.gaps) keys.set(`${gap.code} ${gap.kind}`, { code: gap.code, kind: gap.kind, label: gap.verdict });
  for (const [code, kind] of asked.flat()) if (!keys.has(`${code} ${kind}`)) keys.set(`${code} ${kind}`, { code, kind, label: null });
  return [...keys.values()].map((gap) => [
    `${words(gap.kind)} (${gap.code})`,
    gap.label ? words(gap.label) : "–",
    ...answers.map(({ run }, n) => {
      const found = asked[n].find(([code, kind]) => code === gap.code && kind === gap.kind);
      const listed = (name) => list(run.detail[name]).some(([code, kind]) => code === gap.code && kind === gap.kind);
      return [el("p", {}, found ? `asked for${found[2] ? `, ${words(found[2])}` : ""}` : "not asked for"),
        listed("gaps_missed") ? verdict(false, "missed") : null, listed("gaps_needless") ? verdict(false, "is there") : null];
    }),
  ]);
}

function errorsOf(run) {
  return list(run.detail.errors).map((error) => {
    const codes = error.gold && error.said && error.gold !== error.said ? `${error.gold} → ${error.said}` : error.gold || error.said;
    return el("li", {}, `${words(error.kind)}: ${codes}, ${known(error.dollars) ? `${error.dollars > 0 ? "+" : ""}${dollars(error.dollars)}` : "no value"}`);
  });
}

const warningsOf = (run) => list(run.answer?.warnings).map((one) => el("li", {}, one.kind ? el("b", {}, `${words(one.kind)}: `) : null, one.message));

/** Lists under a heading, one for each answer that has any. */
function lists(title, answers, of) {
  const told = answers.map(({ name, run }) => [name, of(run)]).filter(([, items]) => items.length);
  return told.length ? [el("h4", {}, title), told.map(([name, items]) => [answers.length > 1 ? el("p", { class: "aside" }, name) : null, el("ul", { class: "told" }, items)])] : null;
}

function reading(each) {
  const answers = answersOf(each);
  const marks = new Marks(each.note);
  const layers = answers.map(() => new Set());
  const lines = lineRows(each, answers).map((row) => {
    const gold = goldCell(row, marks);
    return [row.code, gold, ...answers.map(({ run }, n) => {
      const before = marks.spans.length;
      const cell = saidCell(row, row.said[n], run, marks);
      for (const span of marks.spans.slice(before)) layers[n].add(span);
      return cell;
    })];
  });
  const refusals = refusalRows(each, answers, marks);
  return el("div", { class: answers.length > 1 ? "reading pair" : "reading" },
    noteSide(each, answers, marks, layers), findings(each, answers, lines, refusals));
}

/** Show the note. Each answer has its own layer of marks; of two answers, one is marked at a time. */
function noteSide(each, answers, marks, layers) {
  const choice = el("select", { "aria-label": "Whose evidence is marked" }, answers.map(({ name }, n) => el("option", { value: n }, name.toLowerCase())));
  choice.value = String(answers.length - 1);
  const place = el("div");
  const show = () => {
    const mine = layers[Number(choice.value)];
    place.replaceChildren(noteOf(each.note, marks.spans.map((span) => (span.layer === "said" && !mine.has(span) ? { ...span, layer: "quiet" } : span))));
  };
  choice.addEventListener("change", show);
  show();
  return el("div", {}, el("h4", {}, "Note"), legend(answers.length > 1 ? choice : null), place);
}

function findings(each, answers, lines, refusals) {
  const columns = (first) => [first, "Labels", ...answers.map(({ name }) => name)];
  const { acceptable, forbidden, why } = each.gold;
  return el("div", {},
    panes("Codes", columns("Code"), lines) ?? [el("h4", {}, "Codes"), el("p", {}, "Neither the labels nor the answer hold a code.")],
    acceptable.length ? el("p", { class: "why" }, `Acceptable: ${acceptable.join(", ")}`) : null,
    forbidden.length ? el("p", { class: "why" }, `Forbidden: ${forbidden.join(", ")}`) : null,
    lists("Beside the plain note", answers, steadinessOf),
    why ? [el("h4", {}, "Why these labels"), el("p", {}, why)] : null,
    lists("Errors and their value", answers, errorsOf),
    panes("Not coded", columns("Code"), refusals),
    panes("Documentation", columns("Kind"), gapRows(each, answers), "kinds"),
    lists("Warnings", answers, warningsOf));
}

const claimOf = (units) => Object.entries(units).map(([code, count]) => `${code} × ${count ?? "open"}`).join(", ") || "nothing";

/** For a changed note: its claim, and that of the note before the change. */
function steadinessOf(run) {
  const { plain, predicted } = run.detail;
  return plain && predicted ? [el("li", {}, `the plain note: ${claimOf(plain)}`), el("li", {}, `this note: ${claimOf(predicted)}`)] : [];
}

function legend(choice) {
  return el("p", { class: "legend" }, el("mark", { class: "labelled" }, "labelled"), el("mark", { class: "predicted" }, "predicted"),
    el("mark", { class: "labelled predicted" }, "both"), choice ? el("label", {}, "predictions of ", choice) : null);
}

/** Show any JSON as text, lists and terms: for suites whose cases have no note. */
function anything(value) {
  if (!known(value)) return "–";
  if (Array.isArray(value)) return value.every((one) => typeof one !== "object") ? value.join(", ") || "none" : el("ul", { class: "told" }, value.map((one) => el("li", {}, anything(one))));
  if (typeof value !== "object") return String(value);
  const entries = Object.entries(value);
  return entries.length ? el("dl", { class: "nested" }, entries.map(([name, one]) => [el("dt", {}, name), el("dd", {}, anything(one))])) : "none";
}

/** Leave out of what was wanted what stands in the question already. */
function wantedOf(each) {
  const again = new Set(["id", "family", ...Object.keys(each.ask)]);
  return Object.fromEntries(Object.entries(each.gold ?? {}).filter(([name]) => !again.has(name)));
}

function plainReading(each) {
  const answers = answersOf(each);
  const got = (run) => (run.state === "answered" ? (run.answer?.hits ? ranking(run.answer.hits, each.gold) : anything(run.answer)) : STATE_WORDS[run.state]);
  const judged = answers.some(({ run }) => run.detail.facts_missed) ? answers.map(({ name, run }) => [answers.length > 1 ? `Judged, ${name.toLowerCase()}` : "Judged", run.detail.facts_missed ? judgedOf(run.detail) : "–"]) : [];
  const rows = [["Question", anything(each.ask)], ["Wanted", anything(wantedOf(each))], ...answers.map(({ name, run }) => [answers.length > 1 ? `Got, ${name.toLowerCase()}` : "Got", got(run)]), ...judged];
  return el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Question, wanted and got" },
    el("table", { class: "lines plain" }, el("tbody", {}, rows.map(([name, said]) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, said))))));
}

/** What an answer to a question was found to lack, or to state in error. */
function judgedOf({ facts_missed: missed, wrong, abstained, conflict_flagged: flagged }) {
  const told = [abstained && el("p", { class: "verdict" }, `– declined: ${words(abstained)}`), ...list(missed).map((fact) => verdict(false, `not stated: ${fact}`)),
    ...list(wrong).map((fact) => verdict(false, `stated in error: ${fact}`)), flagged === false && verdict(false, "conflict not flagged")].filter(Boolean);
  return told.length ? told : verdict(true, "every fact, and nothing in error");
}

function ranking(hits, gold) {
  return el("ol", { class: "told" }, hits.map((hit) => {
    const id = hit.passage?.id ?? "no id";
    const grade = gold?.[id];
    return el("li", {}, id, grade ? el("b", { class: "good" }, ` ✓ grade ${grade}`) : null);
  }));
}

function aboutOf(each) {
  const told = answersOf(each).map(({ name, run }) => `${each.before ? `${name.toLowerCase()}: ` : ""}${STATE_WORDS[run.state]}${run.why ? ` (${run.why})` : ""}${list(run.passes).length > 1 ? `, right in ${run.passes.filter(Boolean).length} of ${run.passes.length} answers` : ""}${known(run.ms) ? `, ${Math.round(run.ms * 10) / 10} ms` : ""}`);
  const asked = each.note === null ? [] : Object.entries(each.ask).filter(([, value]) => known(value) && typeof value !== "object").map(([name, value]) => `${words(name)}: ${value}`);
  return el("ul", { class: "about" }, [...told, `family: ${each.family}`, each.variant ? `change: ${each.variant}` : null, ...asked, each.tags.length ? `tags: ${each.tags.join(", ")}` : null].filter(Boolean).map((one) => el("li", {}, one)));
}

// --- the list of cases --------------------------------------------------------------------------------

const RIGHT = { right: ["✓", "good"], wrong: ["✗", "bad"], "not answered": ["–", ""], "not judged": ["·", ""] };
const rightOf = (each) => (each.state !== "answered" ? "not answered" : known(each.passed) ? (each.passes.every(Boolean) ? "right" : "wrong") : "not judged");

function changeOf(each) {
  const found = data.comparison && ["fixed", "broken", "changed"].find((name) => data.comparison[name].includes(each.id));
  return found || (data.comparison?.left_out.includes(each.id) ? "left out" : "");
}

const codesWrong = (detail) => [...list(detail.missed), ...list(detail.extra), ...list(detail.forbidden), ...list(detail.units_wrong).map(([code]) => code), ...list(detail.modifiers_wrong).map(([code]) => code)];

function summary(each, change) {
  const { missed, extra, units_wrong: units, gaps_missed: gaps } = each.detail;
  return [change, list(missed).length && `missed ${missed.join(" ")}`, list(extra).length && `extra ${extra.join(" ")}`,
    list(units).length && `units of ${units.map(([code]) => code).join(" ")}`, list(gaps).length && plural(gaps.length, "gap") + " missed",
    each.detail.abstained && "declined", list(each.detail.facts_missed).length && plural(each.detail.facts_missed.length, "fact") + " missed", list(each.detail.wrong).length && "stated in error"].filter(Boolean).join("; ");
}

/** What is known of a case for filtering, made once. */
function entryOf(each, n) {
  const change = changeOf(each);
  const right = rightOf(each);
  const held = [...list(each.gold?.codes), ...list(each.answer?.codes)].map((line) => line.code);
  const brief = each.state === "answered" ? summary(each, change) : STATE_WORDS[each.state];
  const [glyph, tone] = RIGHT[right];
  const option = el("li", { role: "option", id: `option-${n}`, "aria-selected": "false" },
    el("span", { class: `glyph ${tone}`, "aria-hidden": "true" }, glyph),
    el("span", { class: "name" }, el("span", { class: "unseen" }, `${right}: `), each.id),
    brief ? el("span", { class: "aside" }, brief) : null);
  return {
    each, option, right, change, state: each.state, tags: each.tags, codes: new Set(codesWrong(each.detail)),
    directions: new Set(list(each.detail.errors).map((error) => error.kind)),
    text: [each.id, each.family, each.variant ?? "", ...each.tags, ...held].join(" ").toLowerCase(),
  };
}

const entries = data.cases.map(entryOf);
let shown = entries;
let chosen = null;

const several = (values) => [...new Set(values)].filter(Boolean).sort();
const FILTERS = [
  ["result", "Result", () => ["right", "wrong", "not answered", "not judged"].filter((one) => entries.some((entry) => entry.right === one)), (entry, value) => entry.right === value],
  ["change", "Change", () => several(entries.map((entry) => entry.change)), (entry, value) => entry.change === value],
  ["state", "State", () => several(entries.map((entry) => entry.state)), (entry, value) => entry.state === value],
  ["tag", "Tag", () => several(entries.flatMap((entry) => entry.tags)), (entry, value) => entry.tags.includes(value)],
  ["code", "Errors of code", () => several(entries.flatMap((entry) => [...entry.codes])), (entry, value) => entry.codes.has(value)],
  ["direction", "Direction", () => several(entries.flatMap((entry) => [...entry.directions])), (entry, value) => entry.directions.has(value)],
];

function makeFilter() {
  const form = at("filter");
  form.append(el("label", { class: "wide" }, "Id, tag or code", el("input", { type: "search", name: "words", autocomplete: "off", spellcheck: "false" })));
  for (const [name, label, values] of FILTERS) {
    const options = values();
    if (options.length > (name === "code" || name === "direction" || name === "change" ? 0 : 1)) {
      form.append(el("label", {}, label, el("select", { name }, el("option", { value: "" }, "any"), options.map((value) => el("option", { value }, words(value))))));
    }
  }
  form.append(el("button", { type: "reset" }, "Clear"));
  form.addEventListener("input", applyFilter);
  form.addEventListener("reset", () => setTimeout(applyFilter));
  form.addEventListener("submit", (event) => event.preventDefault());
}

function applyFilter() {
  const form = at("filter");
  const wanted = form.elements.namedItem("words").value.toLowerCase().split(/\s+/).filter(Boolean);
  const set = FILTERS.map(([name, , , fits]) => [form.elements.namedItem(name)?.value, fits]).filter(([value]) => value);
  shown = entries.filter((entry) => wanted.every((word) => entry.text.includes(word)) && set.every(([value, fits]) => fits(entry, value)));
  const there = new Set(shown);
  for (const entry of entries) entry.option.hidden = !there.has(entry);
  at("count").textContent = shown.length === entries.length ? plural(entries.length, "case") : shown.length ? `${shown.length} of ${plural(entries.length, "case")}` : "No case fits; clear the filter to see all.";
  if (shown.length && !there.has(chosen)) choose(shown[0], false);
  else turnButtons();
}

function choose(entry, told = true) {
  if (chosen) chosen.option.setAttribute("aria-selected", "false");
  chosen = entry;
  entry.option.setAttribute("aria-selected", "true");
  at("list").setAttribute("aria-activedescendant", entry.option.id);
  intoView(entry.option);
  if (told) history.replaceState(null, "", `#case=${encodeURIComponent(entry.each.id)}`);
  showCase(entry);
}

/** Bring an option into the list's view without moving the page. */
function intoView(option) {
  const box = at("list").getBoundingClientRect();
  const its = option.getBoundingClientRect();
  if (its.top < box.top) at("list").scrollTop += its.top - box.top - 4;
  if (its.bottom > box.bottom) at("list").scrollTop += its.bottom - box.bottom + 4;
}

function showCase(entry) {
  const each = entry.each;
  const [glyph, tone] = RIGHT[entry.right];
  const turn = (name, by) => {
    const button = el("button", { type: "button", "data-by": by }, name);
    button.addEventListener("click", () => step(by, true));
    return button;
  };
  at("case").replaceChildren(
    el("div", { class: "case-head" },
      el("h3", { id: "case-title" }, each.id, " ", el("span", { class: `verdict ${tone}` }, `${glyph} ${entry.right}${entry.change ? `, ${entry.change}` : ""}`)),
      el("div", { class: "turn" }, turn("Previous", -1), turn("Next", 1))),
    aboutOf(each), each.note === null ? plainReading(each) : reading(each));
  turnButtons();
}

function turnButtons() {
  const place = shown.indexOf(chosen);
  for (const button of document.querySelectorAll(".turn button")) {
    // Not `disabled`, which would drop the focus of who has just pressed it.
    button.setAttribute("aria-disabled", String(!shown[place + Number(button.dataset.by)]));
  }
}

function step(by, refocus = false) {
  const next = shown[shown.indexOf(chosen) + by];
  if (!next) return;
  choose(next);
  if (refocus) document.querySelector(`.turn [data-by="${by}"]`).focus();
}

const KEYS = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };

function onKey(event) {
  const by = KEYS[event.key];
  if (!by || event.ctrlKey || event.metaKey || event.altKey || !shown.length) return;
  event.preventDefault();
  choose(shown[Math.min(shown.length - 1, Math.max(0, shown.indexOf(chosen) + by))]);
}

/** Open the case that the address names; a filter that hides it is cleared. */
function followAddress() {
  const asked = location.hash.match(/^#case=(.*)$/);
  const entry = asked && entries.find(({ each }) => each.id === decoded(asked[1]));
  if (!entry) return false;
  if (!shown.includes(entry)) {
    at("filter").reset();
    applyFilter();
  }
  choose(entry);
  at("cases").scrollIntoView();
  return true;
}

function decoded(said) {
  try {
    return decodeURIComponent(said);
  } catch {
    return said;
  }
}

function startCases() {
  at("list").append(...entries.map((entry) => entry.option));
  at("list").addEventListener("keydown", onKey);
  at("list").addEventListener("click", (event) => {
    const entry = entries.find(({ option }) => option === event.target.closest("li"));
    if (entry) choose(entry);
  });
  makeFilter();
  applyFilter();
  followAddress();
  addEventListener("hashchange", followAddress);
}

startCharts();
startCases();
