// What every page has: times, tables, forms, the menu, the theme, the way out.

import { call } from "./api.js";
import { localise } from "./times.js";
import { enhance } from "./tables.js";
import { attach } from "./forms.js";

localise(document);
enhance(document);
attach(document);

const menu = document.getElementById("menu");
menu?.addEventListener("click", () => {
  const open = menu.getAttribute("aria-expanded") !== "true";
  menu.setAttribute("aria-expanded", open);
  document.body.classList.toggle("menu-open", open);
});

document.getElementById("theme")?.addEventListener("click", () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
});

document.getElementById("log-out")?.addEventListener("click", async () => {
  await call("DELETE", "/v1/sessions/current").catch(() => null);
  location.assign("/console/login");
});
