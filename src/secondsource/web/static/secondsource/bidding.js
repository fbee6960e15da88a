/* The little that a bidder's browser must do: the code out of the link, the time that is left, what is not saved yet. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const code = document.querySelector("[data-code]");
  if (code && location.hash.length > 1) {
    code.value = decodeURIComponent(location.hash.slice(1));
    history.replaceState(null, "", location.pathname);
  }

  /* The server's clock decides: the page carries its time, and counts from there. */
  const left = document.querySelector("[data-deadline]");
  if (left) {
    const loaded = performance.now();
    const now = Date.parse(left.dataset.now), deadline = Date.parse(left.dataset.deadline);
    const tick = () => {
      const seconds = Math.max(0, Math.floor((deadline - now - (performance.now() - loaded)) / 1000));
      const parts = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
      const [days, ...clock] = parts;
      left.textContent = `${days ? days + left.dataset.days + " " : ""}${clock.map((part) => String(part).padStart(2, "0")).join(":")}`;
      if (seconds > 0) setTimeout(tick, 1000);
    };
    tick();
  }

  const form = document.querySelector("form[data-guard]");
  if (form) {
    let changed = false;
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", () => { changed = false; });
    window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.querySelector(button.dataset.copy);
  field.select();
  navigator.clipboard?.writeText(field.value);
  button.textContent = button.dataset.done;
});
