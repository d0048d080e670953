/* Tells the page around /embed how high the content is: {type: "searchsvc:size", version: 1, height: pixels}.
   Only pages of the allow-list can show the frame, and only they are told. */
(() => {
  "use strict";
  if (parent === window) return;
  const allowed = document.documentElement.dataset.origins.split(" ").filter(Boolean);

  /** The origin of the page around, where the browser says so; after a search the referrer is this site itself. */
  function around() {
    const ancestors = location.ancestorOrigins;
    if (ancestors && ancestors.length) return ancestors[0];
    const before = document.referrer && new URL(document.referrer).origin;
    return before === location.origin ? "" : before;
  }

  function receivers() {
    const known = around();
    if (!known) return allowed;
    return known === location.origin || allowed.includes(known) || allowed.includes("*") ? [known] : [];
  }

  function tell() {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    for (const receiver of receivers()) parent.postMessage({ type: "searchsvc:size", version: 1, height }, receiver);
  }

  new ResizeObserver(tell).observe(document.body);
})();
