// The form of an application: what it would be scored with each change, and scoring it for good.

import { call } from "./api.js";
import { clear, refuse } from "./forms.js";

const form = document.getElementById("application");
const outcome = document.getElementById("outcome");
const said = document.getElementById("said");
const fields = () => [...form.querySelectorAll("[data-field]")];

/** What a field holds, as the model takes it; `undefined` where it is not known. A number that is none goes as the text that it is. */
function value(field) {
  const text = field.value.trim();
  if (text === "") return undefined;
  if (field.dataset.as === "boolean") return text === "true";
  if (field.dataset.as !== "number") return text;
  const number = Number(text.replace(",", "."));
  return Number.isFinite(number) ? number : text;
}

function application() {
  const made = {};
  for (const field of fields()) {
    const held = value(field);
    if (held !== undefined) made[field.dataset.field] = held;
  }
  return made;
}

let asked = new AbortController();
let before;

/** Asks what the application would be scored, as it is now. Only the last question is answered. */
async function ask() {
  asked.abort();
  asked = new AbortController();
  const fixed = [...form.querySelectorAll('[name="fixed"]:checked')].map((box) => box.value);
  outcome.setAttribute("aria-busy", "true");
  try {
    const body = { application: application(), fixed };
    const answer = await call("POST", "/console/score/what-if", body, {}, asked.signal);
    outcome.innerHTML = await answer.text();
    moved();
  } catch (error) {
    if (error.name === "AbortError") return;
    before = undefined;
    outcome.replaceChildren(problem(error));
  }
  outcome.removeAttribute("aria-busy");
}

/** Says how far the score moved. */
function moved() {
  const verdict = document.getElementById("verdict");
  const score = verdict.dataset.score;
  const number = Number(score.replace("−", "-"));
  const by = before === undefined ? 0 : Math.round((number - before) * 1000) / 1000;
  before = number;
  const words = by === 0 ? "" : `${by > 0 ? "+" : "−"}${Math.abs(by)} by the last change`;
  verdict.querySelector(".moved").textContent = words;
  const decision = verdict.querySelector(".flag")?.textContent ?? "no decision";
  said.textContent = `What if: score ${score}, ${decision}${words ? `, ${words}` : ""}.`;
}

/** What still keeps the application from being scored. */
function problem(error) {
  const place = document.createElement("div");
  const head = document.createElement("p");
  const list = document.createElement("ul");
  for (const { pointer, detail } of error.errors ?? []) {
    const name = (pointer ?? "").replace("/application/", "").replaceAll("~1", "/").replaceAll("~0", "~");
    const field = fields().find((one) => one.dataset.field === name);
    const line = document.createElement("li");
    line.textContent = `${field ? field.labels[0].textContent.trim() : name}: ${detail}`;
    list.append(line);
  }
  head.className = list.children.length ? "muted" : "note bad";
  head.textContent = list.children.length ? "Not to be scored yet:" : error.message;
  place.append(head, list);
  return place;
}

let waiting;
function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(ask, 200);
}

/** One key as long as the same is sent, so that an impatient second press records nothing twice. */
let key;
let keyed;
async function score() {
  const body = { application: application() };
  const applicant = form.elements.applicant.value.trim();
  if (applicant) body.applicant = applicant;
  const text = JSON.stringify(body);
  if (text !== keyed) [key, keyed] = [crypto.randomUUID(), text];
  const buttons = form.querySelectorAll("button");
  clear(form);
  buttons.forEach((button) => (button.disabled = true));
  try {
    const answer = await call("POST", "/v1/scores", body, { "Idempotency-Key": key });
    location.assign(`/console/decisions/${answer.id}`);
  } catch (error) {
    refuse(form, error.message, error.errors);
  } finally {
    buttons.forEach((button) => (button.disabled = false));
  }
}

function fill(values) {
  for (const field of fields()) if (field.dataset.field in values) field.value = String(values[field.dataset.field]);
}

if (form) {
  form.addEventListener("input", soon);
  form.addEventListener("reset", () => {
    clear(form);
    before = undefined;
    soon();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    score();
  });
  document.getElementById("example")?.addEventListener("click", () => {
    for (const field of fields()) field.value = field.dataset.example;
    clear(form);
    ask();
  });
  outcome.addEventListener("click", (event) => {
    const button = event.target.closest("[data-values]");
    if (!button) return;
    fill(JSON.parse(button.dataset.values));
    ask();
  });
  if (fields().some((field) => field.value !== "")) ask();
}
