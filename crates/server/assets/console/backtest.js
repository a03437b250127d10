// The backtest of a policy: asked for with days, a model and outcomes, shown as tables.

import { call } from "./api.js";
import { enhance } from "./tables.js";
import { localise } from "./times.js";
import { body, clear, refuse } from "./forms.js";
import { records } from "./csv.js";

const form = document.getElementById("backtest-form");
const place = document.getElementById("backtest-result");

const whole = new Intl.NumberFormat();
const rate = new Intl.NumberFormat(undefined, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
const share = (value) => (value === undefined ? "–" : rate.format(value));

function node(name, text, properties = {}) {
  const made = Object.assign(document.createElement(name), properties);
  if (text !== undefined) made.append(text);
  return made;
}

/** A table: names of columns (those after the first are figures), rows of texts. */
function table(caption, heads, rows, exported) {
  const made = node("table");
  made.dataset.export = exported;
  made.append(node("caption", caption));
  const head = made.createTHead().insertRow();
  heads.forEach(([name, kind]) => head.append(node("th", name, { scope: "col", className: kind ?? "" })));
  const within = made.createTBody();
  for (const cells of rows) {
    const row = within.insertRow();
    cells.forEach((cell, column) => {
      const kind = heads[column][1] ?? "";
      row.append(column === 0 ? node("th", cell, { scope: "row" }) : node("td", cell, { className: kind }));
    });
  }
  const scroll = node("div", made, { className: "scroll", tabIndex: 0 });
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", caption);
  return scroll;
}

const flag = (decision) => node("span", decision, { className: `flag ${decision}` });

/** The difference of two shares, in percentage points. */
function moved(before, after) {
  if (before === undefined || after === undefined) return "–";
  const points = (after - before) * 100;
  return `${points > 0 ? "+" : ""}${points.toFixed(1)} points`;
}

function show(found) {
  const { before, after } = found;
  const line = (name, of, written) => [name, written(of(before)), written(of(after))];
  const count = (value) => whole.format(value);
  const shares = (name, of) => [...line(name, of, share), moved(of(before), of(after))];
  const counts = (name, of) => [...line(name, of, count), count(of(after) - of(before))];
  const parts = [node("h3", "Before and after")];
  const [oldest, newest] = found.recorded ?? [];
  const said = node("p", `${count(found.compared)} of ${count(found.looked_at)} scores are compared`);
  if (oldest) {
    const time = (moment) => node("time", moment, { dateTime: moment });
    said.append(", recorded from ", time(oldest), " to ", time(newest));
  }
  said.append(".");
  parts.push(said);
  if (found.compared > 0) {
    parts.push(table("Decisions", [["Figure"], ["As decided", "number"], ["With this policy", "number"], ["Change", "number"]], [
      shares("Approval rate", (side) => side.approval_rate),
      shares("Expected bad rate of the approved", (side) => side.expected_bad_rate),
      shares("Observed bad rate of the approved", (side) => side.observed_bad_rate),
      counts("Approved with an outcome", (side) => side.approved_with_outcome),
      counts("Approved", (side) => side.approve),
      counts("Referred", (side) => side.refer),
      counts("Declined", (side) => side.decline),
    ], "backtest"));
    parts.push(table("Which decision became which",
      [["As decided"], ["With this policy"], ["Scores", "number"], ["Expected bad rate", "number"], ["With an outcome", "number"], ["Observed bad rate", "number"]],
      found.swaps.map((swap) => [flag(swap.before), flag(swap.after), count(swap.count), share(swap.expected_bad_rate),
        count(swap.with_outcome), share(swap.observed_bad_rate)]), "backtest-swaps"));
  }
  const left = [["were given no decision", found.undecided], ["cannot be scored by the model", found.unscorable],
    ["are of models that the policy does not fit", found.unfit]].filter(([, many]) => many > 0);
  for (const [words, many] of left) parts.push(node("p", `${count(many)} ${words}.`, { className: "note amber" }));
  if (found.unfit_because) parts.push(node("p", found.unfit_because, { className: "note amber" }));
  for (const note of found.notes) parts.push(node("p", note, { className: "note" }));
  place.replaceChildren(...parts);
  localise(place);
  enhance(place);
}

const YES = ["1", "true", "yes", "bad", "y"];
const NO = ["0", "false", "no", "good", "n"];

/** The outcomes of a CSV file. */
function outcomes(text) {
  const [head, ...rows] = records(text);
  const column = (name) => head.findIndex((cell) => cell.trim().toLowerCase() === name);
  const [score, applicant, bad] = [column("score"), column("applicant"), column("bad")];
  if (bad < 0 || (score < 0 && applicant < 0)) throw new Error("The file of outcomes needs the columns `bad` and `applicant` or `score`.");
  return rows.map((row, line) => {
    const value = (row[bad] ?? "").trim().toLowerCase();
    if (![...YES, ...NO].includes(value)) throw new Error(`Row ${line + 2} of the outcomes: \`bad\` is “${row[bad] ?? ""}”; write 1 or 0.`);
    const known = { bad: YES.includes(value) };
    return score >= 0 ? { score: row[score].trim(), ...known } : { applicant: row[applicant], ...known };
  });
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  clear(form);
  const button = form.querySelector("button");
  button.disabled = true;
  place.replaceChildren(node("p", "Deciding again on the applications…"));
  try {
    const asked = body(form);
    const [file] = document.getElementById("outcomes").files;
    if (file) asked.outcomes = outcomes(await file.text());
    show(await call("POST", `/v1/policies/${form.dataset.policy}/backtest`, asked));
  } catch (error) {
    place.replaceChildren();
    refuse(form, error.message, error.errors);
  } finally {
    button.disabled = false;
  }
});
