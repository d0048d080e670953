// What the pages gain from a script; everything works without it. The combobox is in suggest.js.
"use strict";

// "/" goes to the search box from anywhere but a field.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const box = document.getElementById("q");
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});

// The other theme, kept in this browser only; the choice of the system is not stored.
for (const button of document.querySelectorAll("button.theme")) {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme || (system.matches ? "dark" : "light")) === "dark";
  const show = () => { button.textContent = isDark() ? button.dataset.light : button.dataset.dark; };
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try {
      if (isDark() === system.matches) localStorage.removeItem("theme");
      else localStorage.setItem("theme", root.dataset.theme);
    } catch { /* storage is switched off: this page only */ }
    show();
  });
  system.addEventListener("change", show);
  show();
  button.hidden = false;
}

// Copies the citation; without a clipboard the text can be selected.
for (const button of document.querySelectorAll("button.copy")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.from).textContent);
    const before = button.textContent;
    button.textContent = button.dataset.done;
    button.setAttribute("aria-live", "polite");
    setTimeout(() => { button.textContent = before; }, 2000);
  });
}

// Narrows the list of codes in place; Enter asks the server, which knows all codes.
for (const box of document.querySelectorAll("#code-like")) {
  const facet = box.closest(".facet");
  const rows = [...facet.querySelectorAll(".values li")];
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
  const keys = rows.map((row) => plain(row.querySelector("span").textContent).replace(/[^a-z0-9]/g, ""));
  box.addEventListener("input", () => {
    const pieces = plain(box.value).match(/[a-z0-9]+/g) || [];
    rows.forEach((row, at) => { row.hidden = !pieces.every((piece) => keys[at].includes(piece)); });
    const more = facet.querySelector("details.more");
    if (more && pieces.length) more.open = true;
  });
}
