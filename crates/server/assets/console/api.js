// The one way to the API: the session's cookie and its token, and problems as errors.

/** What the API refused: `message` for people, `errors` with pointers into what was sent. */
export class Refused extends Error {
  constructor(status, problem, after) {
    super(problem.detail || problem.title || `The service answered ${status}.`);
    this.status = status;
    this.errors = problem.errors || [];
    this.after = after;
  }
}

/** What changes need to say. */
const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

/**
 * Asks the API: the path begins with `/v1`; or for a part of a page, by a path below `/console`. A body that is no form, file or text goes as JSON. Gives the answer's JSON, or its
 * `Response` where it is something else.
 */
export async function call(method, path, body, headers = {}, signal = undefined) {
  const sent = { signal, method, headers: { Accept: "application/json", ...headers }, credentials: "same-origin" };
  if (method !== "GET") sent.headers["X-CSRF-Token"] = token();
  if (body !== undefined) {
    const whole = body instanceof FormData || body instanceof Blob || typeof body === "string";
    sent.body = whole ? body : JSON.stringify(body);
    if (!whole) sent.headers["Content-Type"] = "application/json";
  }
  let answer;
  try {
    answer = await fetch(path.startsWith("/console/") ? path : `/api${path}`, sent);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refused(0, { detail: "The service cannot be reached. What you entered is still here: try again." });
  }
  if (answer.ok) {
    const type = answer.headers.get("Content-Type") ?? "";
    if (answer.status === 204) return null;
    return type.includes("json") ? answer.json() : answer;
  }
  if (answer.status === 401 && !path.startsWith("/v1/sessions")) {
    location.assign(`/console/login?next=${encodeURIComponent(location.pathname + location.search)}`);
  }
  const problem = await answer.json().catch(() => ({}));
  throw new Refused(answer.status, problem, answer.headers.get("Retry-After"));
}

/** Says something to everybody, readers of screens too. */
export function announce(text, kind = "good") {
  const place = document.getElementById("announcements");
  if (!place) return;
  const said = document.createElement("p");
  said.className = `note ${kind}`;
  said.textContent = text;
  place.replaceChildren(said);
  if (kind === "good") setTimeout(() => said.remove(), 8000);
}
