// The page /widget with a script: what is chosen shows at once, and a button copies. Without it the form does the same.
(() => {
  "use strict";
  const DEBOUNCE_MS = 250;
  const form = document.getElementById("options");
  let timer;
  let turn = 0;

  /** The server makes the snippet, so there is one place that escapes it; this page only takes it over. */
  async function refresh() {
    const mine = (turn += 1);
    const address = `${form.action}?${new URLSearchParams(new FormData(form))}`;
    const response = await fetch(address).catch(() => null);
    const text = response && (await response.text());
    const made = text && new DOMParser().parseFromString(text, "text/html").getElementById("made");
    if (mine !== turn || !made) return;
    document.getElementById("made").replaceChildren(...document.importNode(made, true).childNodes);
    history.replaceState(null, "", address);
    offerCopies();
  }

  function offerCopies() {
    for (const button of document.querySelectorAll("[data-copies]")) button.hidden = false;
  }

  async function copy(button) {
    const field = document.getElementById(button.dataset.copies);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      // Without a secure address there is no clipboard; the text stays selected for the reader's own keys.
      if (!document.execCommand("copy")) return;
    }
    button.textContent = button.dataset.done;
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, DEBOUNCE_MS);
  });
  document.addEventListener("click", (event) => {
    if (event.target.matches("[data-copies]")) copy(event.target);
  });
  offerCopies();
})();
