// The ledger verified step by step: each step asks the service for some thousand entries, so that none takes long.

import { announce, call } from "./api.js";

const LAST = 5000;
const place = document.getElementById("verification");
const find = (id) => document.getElementById(id);
const words = new Intl.NumberFormat();

let going = false;

/** Chains and how many entries they had when the page was drawn. */
const chains = () =>
  place.dataset.chains.split(",").filter(Boolean).map((one) => {
    const [chain, size] = one.split(":").map(Number);
    return { chain, size };
  });

function show(text, kind, findings = []) {
  const said = document.createElement("div");
  said.className = `note ${kind}`;
  const line = document.createElement("p");
  line.textContent = text;
  said.append(line);
  if (findings.length) {
    const list = document.createElement("ul");
    for (const { place: where, problem } of findings.slice(0, 100)) {
      const one = document.createElement("li");
      one.textContent = `${where}: ${problem}`;
      list.append(one);
    }
    said.append(list);
  }
  find("verify-result").replaceChildren(said);
}

async function verify(last) {
  going = true;
  find("verify-all").disabled = find("verify-last").disabled = true;
  find("verify-stop").hidden = find("verify-progress").hidden = false;
  find("verify-result").replaceChildren();
  const bar = find("verify-bar");
  const label = find("verify-progress").querySelector("label");
  const parts = chains().map(({ chain, size }) => ({ chain, from: last ? Math.max(0, size - LAST) : 0, size }));
  bar.max = Math.max(1, parts.reduce((sum, one) => sum + one.size - one.from, 0));
  let [entries, checkpoints] = [0, 0];
  const findings = [];
  const tell = (text) => (label.textContent = text);
  try {
    for (const { chain, from } of parts) {
      for (let next = from; next !== undefined && going; ) {
        tell(`Chain ${chain}, entry ${words.format(next)}`);
        const step = await call("GET", `/v1/ledger/chains/${chain}/verification?from=${next}`);
        entries += step.checked;
        findings.push(...step.findings);
        next = step.next;
        bar.value = Math.min(entries, bar.max);
      }
    }
    for (let before; going; ) {
      tell("Checkpoints");
      const step = await call("GET", `/v1/ledger/checkpoints/verification${before === undefined ? "" : `?before=${before}`}`);
      checkpoints += step.checked;
      findings.push(...step.findings);
      before = step.next;
      if (before === undefined) break;
    }
    const seen = `${words.format(entries)} entries and ${words.format(checkpoints)} checkpoints`;
    if (findings.length) show(`Not sound. Of ${seen}, ${words.format(findings.length)} findings. Stop the service, keep a copy, and run “plimsoll ledger verify”.`, "bad", findings);
    else if (!going) show(`Stopped. ${seen} were verified until then; nothing is wrong with them.`, "amber");
    else show(`Sound. ${seen} verified${last ? "; earlier entries were not looked at" : ""}.`, "good");
  } catch (error) {
    show(`Broken off after ${words.format(entries)} entries: ${error.message}`, "bad", findings);
    announce("The verification broke off", "bad");
  } finally {
    going = false;
    find("verify-all").disabled = find("verify-last").disabled = false;
    find("verify-stop").hidden = find("verify-progress").hidden = true;
  }
}

find("verify-all").addEventListener("click", () => verify(false));
find("verify-last").addEventListener("click", () => verify(true));
find("verify-stop").addEventListener("click", () => (going = false));
