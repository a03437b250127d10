// Pages that follow what happens: `<div data-live id="…">` is drawn anew when the service says that something was recorded. The page
// itself is asked for, so nothing is drawn twice in two ways.

import { localise } from "./times.js";
import { enhance } from "./tables.js";
import { attach } from "./forms.js";

const SOON = 1500;
/** Whoever has not touched the page for so long is not there: it rests, so that the session may end. */
const AWAY = 10 * 60 * 1000;

const LATER = 60 * 1000;

let source;
let notBefore = 0;
let waiting;
let touched = Date.now();

/** Whether somebody is at work in a place: what they do must not be drawn over. */
const busy = (place) => place.contains(document.activeElement) || place.querySelector("[open]") || document.querySelector("dialog[open]");

async function renew() {
  waiting = undefined;
  let page;
  try {
    const answer = await fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return rest();
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return;
  }
  for (const place of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(place.id);
    if (!fresh || busy(place)) continue;
    const made = document.importNode(fresh, true);
    localise(made);
    place.replaceWith(made);
    enhance(made);
    attach(made);
    made.dispatchEvent(new CustomEvent("renewed", { bubbles: true }));
  }
}

function changed() {
  if (Date.now() - touched > AWAY) return rest();
  waiting ??= setTimeout(renew, SOON);
}

function follow() {
  if (source || document.hidden || Date.now() < notBefore || !document.querySelector("[data-live]")) return;
  source = new EventSource("/console/events");
  source.addEventListener("changed", changed);
  // A stream that breaks off is taken up again by the browser; one that was refused is not.
  source.addEventListener("error", () => {
    if (source?.readyState !== EventSource.CLOSED) return;
    notBefore = Date.now() + LATER;
    rest();
  });
}

function rest() {
  source?.close();
  source = undefined;
}

document.addEventListener("visibilitychange", () => (document.hidden ? rest() : follow()));
for (const sign of ["pointerdown", "pointermove", "keydown", "scroll"]) {
  addEventListener(sign, () => {
    touched = Date.now();
    follow();
  }, { passive: true });
}
follow();
