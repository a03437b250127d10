// Follows a training until it ends.

import { call } from "./api.js";

const place = document.getElementById("follow");

async function look() {
  try {
    const { state, stage, progress } = await call("GET", `/v1/trainings/${place.dataset.training}`);
    if (state !== "waiting" && state !== "running") return location.reload();
    const said = document.getElementById("stage");
    if (said.textContent !== stage) said.textContent = stage;
    const percent = Math.floor(progress * 100);
    document.getElementById("progress").value = percent;
    document.getElementById("percent").textContent = `${percent} %`;
  } catch {
    // The service may be restarting; what became of it is seen when it is back.
  }
  setTimeout(look, 1000);
}

if (place) look();
