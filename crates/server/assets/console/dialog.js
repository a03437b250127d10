// Asks before what cannot be undone: the thing's name has to be typed.

/**
 * Opens a dialog. `what` says what happens, `name` has to be typed where it is given; gives whether it is meant.
 */
export function confirm({ title, what, name, act }) {
  return new Promise((resolve) => {
    const dialog = document.createElement("dialog");
    dialog.setAttribute("aria-labelledby", "dialog-title");
    dialog.innerHTML = `<form method="dialog"><h2 id="dialog-title"></h2><p class="what"></p>
      <p class="field typed" hidden><label for="dialog-name">Type <code></code> to go on</label>
      <input id="dialog-name" autocomplete="off" spellcheck="false"></p>
      <p class="acts"><button value="no" class="quiet" formnovalidate>Cancel</button><button value="yes" class="danger"></button></p></form>`;
    const find = (selector) => dialog.querySelector(selector);
    find("h2").textContent = title;
    find(".what").textContent = what ?? "";
    const yes = find('button[value="yes"]');
    yes.textContent = act ?? "Go on";
    if (name) {
      find(".typed").hidden = false;
      find("code").textContent = name;
      const input = find("input");
      yes.disabled = true;
      input.addEventListener("input", () => (yes.disabled = input.value.trim() !== name));
    }
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
