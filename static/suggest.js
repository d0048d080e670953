// Suggestions while typing: an editable combobox with a listbox popup (WAI-ARIA Authoring Practices), over
// /api/v1/suggest. Texts come from data attributes of the form and enter the page as text only.
"use strict";

for (const form of document.querySelectorAll("form.searchbox")) {
  const box = form.querySelector("input[name=q]");
  const list = document.createElement("ul");
  const status = document.createElement("p");
  const wait = 120;
  let options = [];
  let active = -1;
  let timer = 0;
  let request = null;
  let asked = "";

  list.className = "options";
  list.id = `${box.id}-options`;
  list.hidden = true;
  status.className = "visually-hidden";
  for (const [element, names] of [
    [list, { role: "listbox", "aria-label": form.dataset.list }],
    [status, { role: "status" }],
    [box, { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id }],
  ]) for (const name in names) element.setAttribute(name, names[name]);
  box.after(list, status);

  const isOpen = () => !list.hidden;

  function close() {
    clearTimeout(timer);
    if (request) request.abort();
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    activate(-1);
  }

  function activate(at) {
    active = at;
    [...list.children].forEach((row, place) => row.setAttribute("aria-selected", String(place === at)));
    if (at < 0) return box.removeAttribute("aria-activedescendant");
    box.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  }

  function row(option, at) {
    const item = document.createElement("li");
    const kind = document.createElement("span");
    item.id = `${list.id}-${at}`;
    item.setAttribute("role", "option");
    item.append(option.text, kind);
    const count = option.count === undefined ? "" : ` · ${option.count.toLocaleString(document.documentElement.lang)}`;
    kind.textContent = (form.dataset[option.kind] || "") + count;
    item.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
    item.addEventListener("click", () => choose(at));
    return item;
  }

  function show(found) {
    options = found;
    list.replaceChildren(...options.map(row));
    activate(-1);
    list.hidden = !options.length;
    box.setAttribute("aria-expanded", String(isOpen()));
    status.textContent = options.length ? `${form.dataset.list}: ${options.length}` : "";
  }

  async function ask() {
    asked = box.value;
    if (request) request.abort();
    if (!asked.trim()) return show([]);
    request = new AbortController();
    try {
      const answer = await fetch(`/api/v1/suggest?q=${encodeURIComponent(asked)}`, { signal: request.signal });
      const found = answer.ok ? (await answer.json()).suggestions : [];
      if (asked === box.value && document.activeElement === box) show(found);
    } catch { /* no answer, or a newer question: the box works without */ }
  }

  function choose(at) {
    const option = options[at];
    close();
    if (!option.link) {
      box.value = option.text;
      return form.requestSubmit ? form.requestSubmit() : form.submit();
    }
    const target = new URL(option.link, location.href);
    const language = new URLSearchParams(location.search).get("lang");
    if (language) target.searchParams.set("lang", language);
    location.assign(target.pathname + target.search); // a path: never another host
  }

  box.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(ask, wait);
  });
  box.addEventListener("compositionend", () => { timer = setTimeout(ask, wait); });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const last = options.length - 1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen()) return asked === box.value && options.length ? show(options) : ask();
      if (event.altKey) return event.key === "ArrowUp" && close();
      const step = event.key === "ArrowDown" ? 1 : -1;
      // From the box to the first or last option, and past the ends back into the box.
      activate(active < 0 ? (step > 0 ? 0 : last) : active + step > last || active + step < 0 ? -1 : active + step);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      choose(active);
    } else if (event.key === "Escape") {
      if (isOpen()) close();
      else box.value = "";
      event.preventDefault();
    } else if (["Home", "End", "ArrowLeft", "ArrowRight"].includes(event.key)) {
      activate(-1);
    }
  });
}
