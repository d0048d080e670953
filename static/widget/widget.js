/* Search box of a bulletin archive for any web page: <bulletin-search>. The contract is docs/widget.md.
   No dependencies, no cookies, no storage; text enters the page by textContent only; nothing is thrown at the host. */
(() => {
  "use strict";
  const NAME = "bulletin-search";
  const VERSION = 1;
  const PRESETS = ["collection", "unit", "code", "from", "to"];
  const DEBOUNCE_MS = 180;
  const TIMEOUT_MS = 10_000;
  const LONGEST_QUERY = 500;
  const MOST_RESULTS = 20;

  const TEXTS = {
    vi: {
      label: "Tìm trong kho bản tin",
      placeholder: "Từ khóa, số hiệu văn bản…",
      button: "Tìm",
      searching: "Đang tìm…",
      results: "Kết quả tìm kiếm",
      suggestions: "Gợi ý",
      proposed: "{n} gợi ý; chọn bằng phím mũi tên lên, xuống.",
      found: "{n} kết quả cho “{q}”",
      newest: "{n} bài, mới nhất trước",
      partial: "Không bài nào có đủ các từ “{q}”; {n} bài có nhiều từ nhất",
      none: "Không tìm thấy bài nào cho “{q}”.",
      meant: "Có phải bạn tìm:",
      all: "Xem tất cả trên trang của kho",
      away: "Lúc này chưa tìm được ở đây.",
      limited: "Vừa có quá nhiều lượt tìm; xin chờ một phút rồi thử lại.",
      elsewhere: "Tìm trên trang của kho",
      kinds: { phrase: "Cụm từ", code: "Văn bản", unit: "Đơn vị", title: "Bài" },
    },
    en: {
      label: "Search the bulletin archive",
      placeholder: "Words, a document code…",
      button: "Search",
      searching: "Searching…",
      results: "Search results",
      suggestions: "Suggestions",
      proposed: "{n} suggestions; choose with the up and down arrow keys.",
      found: "{n} results for “{q}”",
      newest: "{n} articles, newest first",
      partial: "No article has all words of “{q}”; {n} have most of them",
      none: "No articles found for “{q}”.",
      meant: "Did you mean:",
      all: "See all on the archive's site",
      away: "Searching here does not work right now.",
      limited: "Too many searches just now; please wait a minute and try again.",
      elsewhere: "Search on the archive's site",
      kinds: { phrase: "Phrase", code: "Document", unit: "Unit", title: "Article" },
    },
  };

  const COLOURS = "paper ink quiet line accent accent-ink link mark mark-ink active focus".split(" ");
  const colours = (scheme, values) =>
    values
      .split(" ")
      .map((value, at) => `--${COLOURS[at]}:var(--bulletin-${COLOURS[at]},${value});`)
      .join("") + `color-scheme:${scheme};`;
  const LIGHT = colours("light", "#fff #1d1b19 #5d574f #8a8379 #9f1d20 #fff #8a1619 #ffe9a8 #1d1b19 #f4efe7 #1a66c9");
  const DARK = colours("dark", "#1f1c1a #ece7e0 #b5ada2 #857d73 #9f2a2c #fff #f2a19a #6a5312 #fff6dc #38332e #8ab8ff");

  // In a shadow tree !important wins over the page's !important (CSS Cascade 5, 6.2), so `all` here keeps any page's
  // style out. `medium` is the reader's own font size, whatever the page did to its root.
  const STYLE = `
:host{all:initial!important;display:block!important;direction:ltr!important}
:host([hidden]){display:none!important}
*{box-sizing:border-box}
.root{${LIGHT}position:relative;color:var(--ink);text-align:start;overflow-wrap:anywhere;
font:var(--bulletin-font-size,medium)/1.5 var(--bulletin-font,system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif)}
:host([data-theme=dark]) .root{${DARK}}
@media (prefers-color-scheme:dark){:host([data-theme=auto]) .root{${DARK}}}
form{display:flex;margin:0;position:relative}
input,button{font:inherit;margin:0;min-height:2.75em}
.input{flex:1;min-width:0;padding:.4em .8em;color:var(--ink);background:var(--paper);border:1px solid var(--line);
border-right:0;border-radius:var(--bulletin-radius,6px) 0 0 var(--bulletin-radius,6px);appearance:none}
.input::placeholder{color:var(--quiet);opacity:1}
.button{padding:.4em 1.1em;font-weight:600;color:var(--accent-ink);background:var(--accent);border:1px solid var(--accent);
border-radius:0 var(--bulletin-radius,6px) var(--bulletin-radius,6px) 0;cursor:pointer}
.button:hover{filter:brightness(1.12)}
:focus-visible{outline:3px solid var(--focus);outline-offset:1px;z-index:1}
.listbox{position:absolute;z-index:1000;top:100%;left:0;right:0;margin:2px 0 0;padding:0;list-style:none;max-height:22em;overflow:auto;
background:var(--paper);border:1px solid var(--line);border-radius:var(--bulletin-radius,6px);box-shadow:0 6px 18px rgb(0 0 0/.18)}
.option{display:flex;gap:.8em;align-items:baseline;justify-content:space-between;padding:.5em .8em;cursor:pointer}
.option[aria-selected=true],.option:hover{background:var(--active)}
.option[aria-selected=true]{outline:2px solid var(--focus);outline-offset:-2px}
.kind{flex:none;color:var(--quiet);font-size:.85em}
.results{background:var(--paper);border:1px solid var(--line);border-radius:var(--bulletin-radius,6px);
margin-top:.6em;padding:.7em .9em}
.results[aria-busy]{opacity:.6}
.list{list-style:none;margin:0;padding:0}
.result{padding:.7em 0;border-bottom:1px solid color-mix(in srgb,var(--line) 40%,transparent)}
.result:last-child{border-bottom:0;padding-bottom:.2em}
p{margin:0}
a,.meant button{color:var(--link);text-underline-offset:.2em}
.title{font-weight:600;text-decoration:none}
.title:hover{text-decoration:underline}
.summary,.facts{color:var(--quiet);font-size:.92em}
.facts{display:flex;flex-wrap:wrap;gap:0 .9em}
.snippet{font-size:.95em}
mark{background:var(--mark);color:var(--mark-ink);border-radius:2px}
.meant button{min-height:0;padding:0;border:0;background:none;font-weight:600;text-decoration:underline;cursor:pointer}
.more{margin-top:.6em}
.status{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
[hidden]{display:none!important}`;

  const script = document.currentScript;
  const home = script && webAddress(script.src.replace(/widget(\/v\d+\/[^/]+\/widget)?\.js([?#].*)?$/, ""));

  /** The absolute form of an http or https address, else null: no other scheme ever becomes a link. */
  function webAddress(text, base) {
    try {
      const address = new URL(text, base);
      return /^https?:$/.test(address.protocol) ? address.href : null;
    } catch {
      return null;
    }
  }

  /** A new element: its class is its ::part, its text is text. */
  function make(tag, part, text, attributes) {
    const made = document.createElement(tag);
    if (part) {
      made.className = part;
      made.setAttribute("part", part);
    }
    if (text) made.textContent = text;
    for (const name in attributes) made.setAttribute(name, attributes[name]);
    return made;
  }

  function link(part, text, address) {
    return make("a", part, text, address ? { href: address, rel: "noopener noreferrer" } : {});
  }

  function marked(holder, segments) {
    for (const segment of segments) {
      holder.append(segment.hit ? make("mark", "mark", segment.text) : String(segment.text));
    }
    return holder;
  }

  function filled(text, values) {
    return text.replace(/\{(\w)\}/g, (_, name) => values[name]);
  }

  function styled(root) {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
    } catch {
      // An older browser: a style element, which a strict policy may refuse; the box then works unstyled.
      const style = make("style", "", STYLE);
      style.nonce = (script && script.nonce) || "";
      root.append(style);
    }
  }

  /** What an answer other than 200 says. `kind` is that of the error event. */
  class Refusal extends Error {
    constructor(status, detail) {
      super(detail);
      this.status = status;
      this.kind = status === 429 ? "limited" : status < 500 ? "invalid" : "unavailable";
    }
  }

  /** Asks one thing at a time: a newer question aborts the one before, and its answer is null. */
  class Latest {
    turn = 0;

    drop() {
      this.turn += 1;
      if (this.controller) this.controller.abort();
    }

    async ask(address) {
      this.drop();
      const { turn } = this;
      const controller = (this.controller = new AbortController());
      const timer = setTimeout(() => controller.abort(), TIMEOUT_MS);
      try {
        const answer = await fetched(address, controller.signal);
        return turn === this.turn ? answer : null;
      } catch (error) {
        if (turn === this.turn) throw error;
        return null;
      } finally {
        clearTimeout(timer);
      }
    }
  }

  async function fetched(address, signal) {
    const response = await fetch(address, {
      signal,
      credentials: "omit",
      referrerPolicy: "no-referrer",
      headers: { Accept: "application/json" },
    });
    if (response.ok) return response.json();
    const problem = await response.json().catch(() => ({}));
    throw new Refusal(response.status, String(problem.detail || ""));
  }

  class BulletinSearch extends HTMLElement {
    connectedCallback() {
      if (this.shadowRoot) return;
      // While the page is being parsed, the form inside may not be there yet.
      if (document.readyState !== "loading") this.mount();
      else document.addEventListener("DOMContentLoaded", () => this.isConnected && this.mount(), { once: true });
    }

    disconnectedCallback() {
      clearTimeout(this.timer);
      if (!this.shadowRoot) return;
      this.close();
      this.searching.drop();
    }

    /** Options are read where they are used, so that the host may change them at any time. */
    option(name) {
      return (this.dataset[name] || "").trim();
    }

    get inPlace() {
      return this.option("open") !== "archive";
    }

    get presets() {
      const found = [];
      for (const name of PRESETS) {
        const fields = this.querySelectorAll(`input[type=hidden][name=${name}]`);
        const values = this.option(name) ? this.option(name).split(",") : Array.from(fields, (field) => field.value);
        for (const value of values) if (value.trim()) found.push([name, value.trim()]);
      }
      return found;
    }

    address(path, pairs) {
      const all = [...pairs, ...this.presets, ["lang", this.language]];
      return `${new URL(path, this.archive)}?${new URLSearchParams(all)}`;
    }

    tell(type, detail) {
      return this.dispatchEvent(
        new CustomEvent(`${NAME}:${type}`, { bubbles: true, cancelable: type === "search" || type === "open", detail }),
      );
    }

    mount() {
      if (this.shadowRoot) return;
      const form = this.querySelector("form[action]");
      const action = form && webAddress(form.getAttribute("action"), document.baseURI);
      this.archive = webAddress(this.option("archive") || (action ? new URL(".", action).href : home));
      if (!this.archive) {
        this.tell("error", { kind: "setup", status: 0 });
        return;
      }
      const field = this.querySelector("input[name=lang]") || {};
      const spoken = this.option("lang") || field.value || (this.closest("[lang]") || this).lang || "";
      this.language = /^en\b/i.test(spoken) ? "en" : "vi";
      this.texts = TEXTS[this.language];
      this.suggesting = new Latest();
      this.searching = new Latest();
      this.options = [];
      this.build();
      // A parser drops a form inside a form: its fields would then be sent with the form around.
      for (const field of this.querySelectorAll("input,button,select")) field.disabled = true;
      this.tell("ready", { version: VERSION });
    }

    build() {
      const root = this.attachShadow({ mode: "open" });
      styled(root);
      const typed = this.querySelector("input:not([type=hidden])") || {};
      const label = ((typed.labels && typed.labels[0]) || {}).textContent || this.texts.label;
      this.form = make("form", "form", "", { action: new URL("search", this.archive), method: "get", role: "search" });
      this.form.setAttribute("rel", "noopener noreferrer");
      this.input = make("input", "input", "", {
        name: "q", type: "text", role: "combobox", "aria-label": label.trim(), "aria-expanded": "false",
        "aria-autocomplete": "list", "aria-controls": "listbox", autocomplete: "off", autocapitalize: "off",
        spellcheck: "false", enterkeyhint: "search", maxlength: LONGEST_QUERY,
        placeholder: typed.placeholder || this.texts.placeholder,
      });
      this.input.value = typed.value || "";
      this.listbox = make("ul", "listbox", "", {
        id: "listbox", role: "listbox", "aria-label": this.texts.suggestions, hidden: "",
      });
      this.status = make("p", "status", "", { role: "status" });
      this.results = make("section", "results", "", { "aria-label": this.texts.results, hidden: "" });
      this.form.append(this.input, make("button", "button", this.texts.button, { type: "submit" }), this.listbox);
      const box = make("div", "root", "", { lang: this.language });
      box.append(this.form, this.status, this.results);
      root.append(box);
      this.listen(box);
    }

    listen(box) {
      // To the page the target of these is this element, not a field: its shortcuts, its default button and its
      // watch over unsaved fields would all take typing here for their own.
      for (const type of ["keydown", "keypress", "keyup", "beforeinput", "input", "paste", "cut"]) {
        box.addEventListener(type, (event) => {
          // A dialog of the page around still keeps Tab within itself, and closes by an Escape that means nothing here.
          const passes = event.key === "Tab" || (event.key === "Escape" && !event.defaultPrevented);
          if (!passes) event.stopPropagation();
        });
      }
      this.input.addEventListener("input", () => this.typed());
      this.input.addEventListener("keydown", (event) => this.keyed(event));
      this.form.addEventListener("focusout", () => this.close());
      this.form.addEventListener("submit", (event) => this.submitted(event));
      this.listbox.addEventListener("pointerdown", (event) => event.preventDefault());
      this.results.addEventListener("keydown", (event) => this.walked(event));
    }

    // Suggestions: a combobox with a listbox (WAI-ARIA 1.2; APG, "Editable Combobox With List Autocomplete").

    typed() {
      clearTimeout(this.timer);
      this.close();
      this.options = [];
      const text = this.input.value.trim();
      if (text && !this.unanswered) this.timer = setTimeout(() => this.suggest(text), DEBOUNCE_MS);
    }

    async suggest(text) {
      try {
        const answer = await this.suggesting.ask(this.address("api/v1/suggest", [["q", text]]));
        if (answer) this.propose(answer.suggestions);
      } catch (error) {
        // Suggestions are a convenience: without them the box says nothing, and asks again after a search that worked.
        this.unanswered = !(error instanceof Refusal) || error.kind === "unavailable";
      }
    }

    propose(found) {
      // Counts and titles are those of the whole archive; a box with presets shows only what it can search for.
      const preset = this.presets.length > 0;
      const fitting = preset ? found.filter(({ kind }) => kind === "phrase" || kind === "code") : found;
      this.options = fitting.slice(0, 8).map((suggestion, index) => {
        const option = make("li", "option", "", { role: "option", id: `option-${index}`, "aria-selected": "false" });
        const kind = this.texts.kinds[suggestion.kind] || "";
        option.append(make("span", "", suggestion.text, { lang: "vi" }), make("span", "kind", kind));
        option.addEventListener("click", () => this.choose(suggestion));
        return { option, suggestion };
      });
      this.listbox.replaceChildren(...this.options.map(({ option }) => option));
      if (!this.options.length) return;
      this.expand(true);
      this.say("proposed", { n: this.options.length });
    }

    expand(open) {
      this.listbox.hidden = !open;
      this.input.setAttribute("aria-expanded", String(open));
      this.activate(-1);
    }

    activate(index) {
      this.active = index;
      this.options.forEach(({ option }, at) => option.setAttribute("aria-selected", String(at === index)));
      if (index < 0) {
        this.input.removeAttribute("aria-activedescendant");
        return;
      }
      this.input.setAttribute("aria-activedescendant", `option-${index}`);
      this.options[index].option.scrollIntoView({ block: "nearest" });
    }

    close() {
      clearTimeout(this.timer);
      this.suggesting.drop();
      this.expand(false);
    }

    keyed(event) {
      if (event.isComposing || event.ctrlKey || event.metaKey) return;
      const open = !this.listbox.hidden;
      const { key } = event;
      if (key === "ArrowDown" || key === "ArrowUp") {
        event.preventDefault();
        this.moved(key === "ArrowDown" ? 1 : -1, open, event.altKey);
      } else if (key === "Enter" && open && this.active >= 0) {
        event.preventDefault();
        this.choose(this.options[this.active].suggestion);
      } else if (key === "Escape" && (open || this.input.value)) {
        event.preventDefault();
        if (!open) this.input.value = "";
        this.close();
      }
    }

    moved(step, open, alt) {
      if (alt && open && step < 0) return this.close();
      if (!open && this.options.length) this.expand(true);
      else if (!open) return step > 0 && this.focusResult(0);
      // One place more than there are options: the field itself.
      const places = this.options.length + 1;
      return this.activate(((this.active + 1 + step + places) % places) - 1);
    }

    choose(suggestion) {
      const typed = this.input.value.trim();
      const target = webAddress(suggestion.link, this.archive);
      this.close();
      this.options = [];
      if (suggestion.kind === "title" && target) {
        const page = this.page(target, typed);
        if (this.opens(page, "suggestion", suggestion.text)) location.assign(page);
        return;
      }
      this.input.value = suggestion.text;
      const pairs = suggestion.kind === "unit" && target ? [...new URL(target).searchParams] : [["q", suggestion.text]];
      if (this.inPlace) this.search(pairs);
      else if (this.tell("search", { q: suggestion.text })) location.assign(this.address("search", pairs));
    }

    // Results, in place.

    submitted(event) {
      const text = this.input.value.trim();
      this.close();
      this.options = [];
      // What failed here a moment ago is taken to the archive's own site, as by the plain form.
      if (this.inPlace && this.failed !== text) {
        event.preventDefault();
        this.search([["q", text]]);
        return;
      }
      this.failed = null;
      for (const old of this.form.querySelectorAll("input[type=hidden]")) old.remove();
      for (const [name, value] of [...this.presets, ["lang", this.language]]) {
        this.form.append(make("input", "", "", { type: "hidden", name, value }));
      }
      if (!this.tell("search", { q: text })) event.preventDefault();
    }

    async search(pairs) {
      const text = this.input.value.trim();
      if (!this.tell("search", { q: text })) return;
      const most = Math.min(Math.max(parseInt(this.option("results"), 10) || 5, 1), MOST_RESULTS);
      this.results.setAttribute("aria-busy", "true");
      const waiting = make("p", "summary", this.say("searching"));
      if (this.results.hidden) this.results.replaceChildren(waiting);
      this.results.hidden = false;
      this.failed = null;
      try {
        const answer = await this.searching.ask(this.address("api/v1/search", [...pairs, ["per_page", most]]));
        if (!answer) return;
        this.show(answer, pairs, text);
        this.unanswered = false;
      } catch (error) {
        this.fail(error, pairs, text);
      }
      this.results.removeAttribute("aria-busy");
    }

    show(answer, pairs, text) {
      const list = make("ol", "list", "", { role: "list", lang: "vi" });
      for (const result of answer.results) list.append(this.result(result, text));
      const about = !answer.total ? "none" : answer.partial ? "partial" : text ? "found" : "newest";
      const summary = this.say(about, { n: answer.total, q: text });
      const parts = [make("p", "summary", summary)];
      if (answer.suggestion) parts.push(this.meant(answer.suggestion.q));
      if (answer.results.length) parts.push(list);
      if (answer.total > answer.results.length) parts.push(this.way("more", this.texts.all, pairs));
      this.results.replaceChildren(...parts);
      this.tell("results", { q: text, total: answer.total, shown: answer.results.length });
    }

    result(result, text) {
      const item = make("li", "result");
      const target = this.page(result.link, text);
      const title = marked(link("title", "", target), result.title_highlights);
      title.addEventListener("click", (event) => this.opens(target, "result", result.title) || event.preventDefault());
      const facts = make("p", "facts");
      if (result.unit) facts.append(make("span", "", result.unit.name));
      if (result.published) facts.append(make("span", "", this.day(result.published)));
      item.append(title, facts);
      for (const snippet of result.snippets.slice(0, 1)) {
        const line = marked(make("p", "snippet"), snippet);
        if (!/[.!?…"”]\s*$/.test(line.textContent)) line.append(" …");
        item.append(line);
      }
      return item;
    }

    /** The address of an article's page, in this language, the words of `text` marked. */
    page(address, text) {
      const target = webAddress(address, this.archive);
      return target && `${target}?${new URLSearchParams({ q: text, lang: this.language })}`;
    }

    day(instant) {
      const locale = this.language === "vi" ? "vi-VN" : "en-GB";
      const long = this.language === "vi" ? {} : { day: "numeric", month: "short", year: "numeric" };
      return new Date(instant).toLocaleDateString(locale, { timeZone: "Asia/Ho_Chi_Minh", ...long });
    }

    meant(text) {
      const line = make("p", "meant", `${this.texts.meant} `);
      const button = make("button", "", text, { type: "button", lang: "vi" });
      button.addEventListener("click", () => {
        this.input.value = text;
        this.input.focus();
        this.search([["q", text]]);
      });
      line.append(button);
      return line;
    }

    way(part, text, pairs) {
      const target = this.address("search", pairs);
      const line = make("p", part);
      const anchor = link("", text, target);
      anchor.addEventListener("click", (event) => this.opens(target, "archive", text) || event.preventDefault());
      line.append(anchor);
      return line;
    }

    opens(target, source, title) {
      return this.tell("open", { link: target, source, title });
    }

    fail(error, pairs, text) {
      const kind = error.kind || "unavailable";
      const shown = kind === "invalid" ? error.message : "";
      const message = shown || this.texts[kind === "limited" ? "limited" : "away"];
      this.status.textContent = message;
      const line = make("p", "message", message);
      this.results.replaceChildren(line, this.way("more", this.texts.elsewhere, pairs));
      if (kind === "unavailable") this.failed = text;
      this.tell("error", { kind, status: error.status || 0 });
    }

    /** Arrow keys walk the results; Escape goes back to the field. */
    walked(event) {
      const at = Array.from(this.titles()).indexOf(this.shadowRoot.activeElement);
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && at >= 0) {
        event.preventDefault();
        this.focusResult(at + step);
      } else if (event.key === "Escape") {
        event.preventDefault();
        this.input.focus();
      }
    }

    titles() {
      return this.results.querySelectorAll(".title[href]");
    }

    focusResult(index) {
      const target = index < 0 ? this.input : this.titles()[index];
      if (target && !this.results.hidden) target.focus();
    }

    /** Announces a text to screen readers, and returns it. */
    say(name, values = {}) {
      const number = (values.n || 0).toLocaleString(this.language === "vi" ? "vi-VN" : "en-GB");
      return (this.status.textContent = filled(this.texts[name], { ...values, n: number }));
    }
  }

  if (!window.customElements) return;
  if (!customElements.get(NAME)) customElements.define(NAME, BulletinSearch);

  // Inside the element, or in the head, the script only defines it; elsewhere it makes a box where it stands.
  const around = script && script.closest(`head,${NAME}`);
  if (around && around.mount) around.mount(); // what stands before the script is there, so there is nothing to wait for
  if (around || !home || !script.parentNode) return;
  const box = document.createElement(NAME);
  Object.assign(box.dataset, { archive: home }, script.dataset);
  script.after(box);
  box.mount();
})();
