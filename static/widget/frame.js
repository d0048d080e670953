/* For a page that shows /embed in frames: gives each frame the height that its content asks for.
   It takes messages {type: "searchsvc:size", version: 1, height: pixels} of frames of this script's own origin only. */
(() => {
  "use strict";
  const { origin } = new URL(document.currentScript.src);
  const LEAST = 80;
  const MOST = 6000;

  addEventListener("message", ({ data, origin: sender, source }) => {
    if (sender !== origin || !data || data.type !== "searchsvc:size" || data.version !== 1) return;
    if (!Number.isFinite(data.height)) return;
    for (const frame of document.querySelectorAll("iframe")) {
      // The attribute, not a style: a strict policy refuses inline styles.
      if (frame.contentWindow === source) frame.height = Math.min(Math.max(Math.ceil(data.height), LEAST), MOST);
    }
  });
})();
