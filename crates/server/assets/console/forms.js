// Forms that ask the API: `<form data-api="POST /v1/keys" data-then="/console/keys">`.
//
// A field's name is its place in the body, `a.b` for a member of a member, `a.0.b` of the first of a list; `data-as` says what it is: `number`, `boolean`, `list` (lines),
// `json`, `moment` (of a date and time), `raw` (the file or text is the whole body); `{name}` in the address stands for a field, which then
// is not in the body; `data-if-match` is the version that was read; empty fields are left out unless they say `data-empty="null"`. A form with
// `data-confirm="title"` asks first, with `data-name` to be typed. What is refused is said beside the field that it concerns.
// `method="dialog"` keeps a form that is sent before this module is there from leading anywhere with what was typed.

import { announce, call } from "./api.js";
import { confirm } from "./dialog.js";

function read(field) {
  if (field.type === "checkbox") return field.checked;
  const text = field.value;
  if (text === "") return field.dataset.empty === "null" ? null : undefined;
  switch (field.dataset.as) {
    case "number": return Number(text.replace(",", "."));
    case "boolean": return text === "true";
    case "list": return text.split("\n").map((line) => line.trim()).filter(Boolean);
    case "json": return JSON.parse(text);
    case "moment": return new Date(text).toISOString();
    default: return text;
  }
}

function put(body, path, value) {
  const names = path.split(".");
  const last = names.pop();
  let place = body;
  names.forEach((name, at) => (place = place[name] ??= /^\d+$/.test(names[at + 1] ?? last) ? [] : {}));
  place[last] = value;
}

/** The fields that go into the body, and those that stand in the address. */
const fields = (form) => [...form.elements].filter((field) => field.name && !field.disabled && field.type !== "submit");
const stands = (form, field) => form.dataset.api?.includes(`{${field.name}}`);

/** A form's body; `undefined` where it has no fields. */
export function body(form) {
  const raw = fields(form).find((field) => field.dataset.as === "raw");
  if (raw) return raw.type === "file" ? raw.files[0] : raw.value;
  if (form.enctype === "multipart/form-data") {
    const parts = new FormData(form);
    for (const [name, value] of [...parts]) if (value === "") parts.delete(name);
    return parts;
  }
  const made = {};
  let any = false;
  for (const field of fields(form)) {
    if (stands(form, field)) continue;
    if (field.type === "radio" && !field.checked) continue;
    if (field.dataset.each !== undefined) {
      any = true;
      if (field.checked) (made[field.name] ??= []).push(field.value);
      else made[field.name] ??= [];
      continue;
    }
    let value;
    try {
      value = read(field);
    } catch {
      throw Object.assign(new Error("is no JSON"), { pointer: `/${field.name.replaceAll(".", "/")}` });
    }
    if (value !== undefined) {
      put(made, field.name, value);
      any = true;
    }
  }
  return any || form.dataset.body === "always" ? made : undefined;
}

/** Says what is wrong, beside the field that it concerns where there is one. */
export function refuse(form, message, errors = []) {
  clear(form);
  const rest = [];
  for (const { pointer, parameter, detail } of errors) {
    const name = (pointer ?? `/${parameter ?? ""}`).slice(1).replaceAll("/", ".");
    const field = fields(form).find((one) => one.name === name || name.startsWith(`${one.name}.`));
    if (!field || !name) { rest.push(pointer ? `${pointer} ${detail}` : detail); continue; }
    const said = document.createElement("span");
    said.className = "fault";
    said.id = `${field.id || field.name}-fault`;
    said.textContent = detail;
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", said.id);
    field.closest(".field")?.append(said);
  }
  let place = form.querySelector(".refusal");
  if (!place) {
    place = document.createElement("p");
    place.className = "note bad refusal";
    place.setAttribute("role", "alert");
    form.append(place);
  }
  place.textContent = [message, ...rest].join(" · ");
  form.querySelector("[aria-invalid]")?.focus();
}

/** Takes back what was said to be wrong. */
export function clear(form) {
  for (const said of form.querySelectorAll(".fault, .refusal")) said.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
}

/** Sends a form's body and gives what the API answers; `undefined` where it was refused or not meant. */
export async function send(form, sent) {
  const { api, confirm: title, name, what, act } = form.dataset;
  if (title && !(await confirm({ title, what, name, act }))) return undefined;
  const [method, template] = api.split(" ");
  const path = template.replace(/\{([\w.]+)\}/g, (_, field) => encodeURIComponent(form.elements[field]?.value ?? ""));
  const buttons = form.querySelectorAll("button");
  clear(form);
  try {
    const content = sent ?? body(form);
    const { type, ifMatch } = form.dataset;
    const headers = { ...(type && { "Content-Type": type }), ...(ifMatch && { "If-Match": ifMatch }) };
    buttons.forEach((button) => (button.disabled = true));
    const answer = await call(method, path, content, headers);
    form.dispatchEvent(new CustomEvent("answered", { detail: answer, bubbles: true }));
    return answer ?? null;
  } catch (error) {
    refuse(form, error.message, error.errors ?? (error.pointer ? [{ pointer: error.pointer, detail: error.message }] : []));
    return undefined;
  } finally {
    buttons.forEach((button) => (button.disabled = false));
  }
}

/** Where a form leads once it is answered: `data-then` is `reload`, `stay`, or an address in which `{member}` is of the answer. */
function lead(form, answer) {
  const then = form.dataset.then ?? "reload";
  if (form.dataset.done) sessionStorage.setItem("said", form.dataset.done);
  if (then === "stay") return form.dataset.done && announce(form.dataset.done);
  if (then === "reload") return location.reload();
  location.assign(then.replace(/\{(\w+)\}/g, (_, member) => encodeURIComponent(answer?.[member] ?? "")));
}

/** Has the forms below a node ask the API. */
export function attach(root) {
  for (const form of root.querySelectorAll("form[data-api]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const answer = await send(form);
      if (answer !== undefined) lead(form, answer);
    });
  }
  const said = sessionStorage.getItem("said");
  sessionStorage.removeItem("said");
  if (said) announce(said);
}
