// A table is looked at, its outcome and the use of its columns are chosen, and it is sent to be learnt from.

import { call } from "./api.js";
import { clear, refuse } from "./forms.js";

const form = document.getElementById("train");
const find = (id) => document.getElementById(id);
const whole = new Intl.NumberFormat();
/** Values that are bad more often than not. */
const BAD = ["bad", "default", "defaulted", "charged off", "delinquent", "1", "yes", "true"];
let seen;

function node(name, text, properties = {}) {
  const made = Object.assign(document.createElement(name), properties);
  if (text !== undefined) made.append(text);
  return made;
}

function say(text, kind = "") {
  find("looked").replaceChildren(node("p", text, { className: kind ? `note ${kind}` : "muted" }));
}

/** The table of columns, each with what it is used for. */
function columns() {
  const table = find("columns-table");
  table.replaceChildren(node("caption", `${whole.format(seen.rows)} rows, ${seen.columns.length} columns`));
  const head = table.createTHead().insertRow();
  for (const name of ["Column", "Read as", "Values", "Missing", "Use"]) {
    head.append(node("th", name, { scope: "col", className: name === "Missing" ? "number" : "" }));
  }
  const body = table.createTBody();
  for (const column of seen.columns) {
    const row = body.insertRow();
    row.append(node("th", column.name, { scope: "row" }));
    row.append(node("td", column.kind, { title: column.inference }));
    row.append(node("td", (column.values ?? column.examples).slice(0, 4).join(", ") + ((column.values?.length ?? 5) > 4 ? ", …" : "")));
    row.append(node("td", whole.format(column.missing), { className: "number" }));
    const use = node("select", undefined, { className: "use" });
    use.dataset.column = column.name;
    use.setAttribute("aria-label", `Use of ${column.name}`);
    for (const [value, words] of [["input", "may be scored"], ["exclude", "left out"], ["protected", "protected"], ["weight", "weight of the row"]]) {
      use.append(node("option", words, { value }));
    }
    const cell = node("td", use);
    cell.append(node("span", "the outcome", { className: "is-target", hidden: true }));
    row.append(cell);
  }
  for (const column of seen.left_out) {
    const row = body.insertRow();
    row.append(node("th", column.name, { scope: "row" }), node("td", "not read"), node("td", column.problem, { colSpan: 3 }));
  }
}

/** The values of the chosen outcome, of which some are bad. */
function values() {
  const chosen = find("target").value;
  for (const use of document.querySelectorAll(".use")) {
    const is = use.dataset.column === chosen;
    use.hidden = is;
    use.nextElementSibling.hidden = !is;
  }
  const place = find("bad");
  place.replaceChildren(node("span", "Values that are bad", { id: "bad-label", className: "label" }));
  const column = seen.columns.find((one) => one.name === chosen);
  if (!column?.values) {
    place.append(node("span", "It has too many values to be an outcome: choose another column.", { className: "fault" }));
    return;
  }
  const known = BAD.find((bad) => column.values.some((value) => value.toLowerCase() === bad));
  for (const value of column.values) {
    const box = node("input", undefined, { type: "checkbox", value, checked: value.toLowerCase() === known });
    place.append(node("label", box, { className: "check" }));
    box.after(` ${value}`);
  }
}

async function look() {
  const [file] = find("table").files;
  find("choices").hidden = true;
  clear(form);
  if (!file) return say("");
  say("Looking at the table…");
  try {
    seen = await call("POST", "/v1/trainings/inspect", file);
  } catch (error) {
    return say(error.message, "bad");
  }
  const others = seen.columns.map((column) => column.name).filter((name) => !seen.outcomes.includes(name));
  find("target").replaceChildren(...[...seen.outcomes, ...others].map((name) => node("option", name, { value: name })));
  if (!find("name").value) find("name").value = file.name.replace(/\.[^.]+$/, "");
  columns();
  values();
  say(seen.outcomes.length ? "" : "No column has exactly two values; choose the outcome and all of its values that are bad.", seen.outcomes.length ? "" : "amber");
  find("choices").hidden = false;
}

function settings() {
  const used = (as) => [...document.querySelectorAll(".use")].filter((use) => !use.hidden && use.value === as).map((use) => use.dataset.column);
  const weights = used("weight");
  if (weights.length > 1) throw new Error("Only one column can be the weight of the rows.");
  const bad = [...find("bad").querySelectorAll("input:checked")].map((box) => box.value);
  if (!bad.length) throw new Error("Say which values of the outcome are bad.");
  const number = (id) => Number(find(id).value);
  return {
    name: find("name").value, target: find("target").value, bad, exclude: used("exclude"), protected: used("protected"),
    ...(weights.length ? { weight: weights[0] } : {}),
    holdout: number("holdout") / 100, folds: number("folds"), seed: number("seed"),
  };
}

async function dictionary() {
  const [file] = find("dictionary").files;
  if (!file) return {};
  try {
    return { dictionary: JSON.parse(await file.text()) };
  } catch {
    throw new Error(`${file.name} is no JSON.`);
  }
}

find("table")?.addEventListener("change", look);
find("target")?.addEventListener("change", values);
form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  clear(form);
  const button = form.querySelector('button[type="submit"]');
  button.disabled = true;
  try {
    const asked = { ...settings(), ...(await dictionary()) };
    const [file] = find("table").files;
    const sent = new FormData();
    sent.append("settings", JSON.stringify(asked));
    // Without a type of its own, which differs by what is installed, the name says what it is.
    sent.append("file", new File([file], file.name));
    const training = await call("POST", "/v1/trainings", sent);
    location.assign(`/console/train/${training.id}`);
  } catch (error) {
    button.disabled = false;
    refuse(form, error.message, error.errors);
  }
});
