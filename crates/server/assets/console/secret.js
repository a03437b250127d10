// A secret that is shown once: `<form data-secret="address">` whose answer has one shows it, then leads to the address.

function show(secret, then) {
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "secret-title");
  dialog.innerHTML = `<form method="dialog"><h2 id="secret-title">The secret, shown once</h2>
    <p>Keep it where secrets are kept. It cannot be shown again: if it is lost, rotate the key.</p>
    <p class="field"><label for="secret">Secret</label><input id="secret" readonly spellcheck="false" autocomplete="off"></p>
    <p class="acts"><button type="button" class="main">Copy</button><button value="done">I have it</button><span role="status"></span></p></form>`;
  const input = dialog.querySelector("input");
  input.value = secret;
  const said = dialog.querySelector("[role=status]");
  dialog.querySelector("button.main").addEventListener("click", async () => {
    input.select();
    try {
      await navigator.clipboard.writeText(secret);
      said.textContent = "Copied";
    } catch {
      said.textContent = "Copy it by hand: it is selected";
    }
  });
  // Not by chance: the Escape key would take it away for good.
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.addEventListener("close", () => {
    input.value = "";
    dialog.remove();
    location.assign(then);
  });
  document.body.append(dialog);
  dialog.showModal();
  input.select();
}

document.addEventListener("answered", (event) => {
  const then = event.target.dataset?.secret;
  if (then && event.detail?.secret) show(event.detail.secret, then);
});
