// Logging in.

import { call } from "./api.js";

const form = document.getElementById("login");
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const fault = document.getElementById("fault");
  fault.hidden = true;
  const { login, password } = Object.fromEntries(new FormData(form));
  try {
    await call("POST", "/v1/sessions", { login, password });
    location.assign(form.dataset.next);
  } catch (error) {
    fault.textContent = error.message;
    fault.hidden = false;
    document.getElementById("password").select();
  }
});
