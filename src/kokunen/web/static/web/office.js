/* Small help on top of pages that work without it. No data leaves the page from here. */
"use strict";

(() => {
  const firstError = document.querySelector("[data-focus]");
  if (firstError) firstError.focus();

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  /* Alt and a digit, the same in every browser; without script the browser's own keys do. */
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    const digit = /^Digit([0-9])$/.exec(event.code);
    const target = digit && document.querySelector(`[accesskey="${digit[1]}"]`);
    if (!target) return;
    event.preventDefault();
    target.click();
  });

  /* After a search the heading of the results takes the focus, so that they are read out. */
  document.addEventListener("htmx:afterSettle", (event) => {
    const heading = event.target.querySelector("[data-focus]");
    if (heading) heading.focus();
    restart();
  });

  /* The log-off by time: warn, let it be put off with one key, then leave the screen empty. */
  const timer = document.getElementById("timer");
  let warn;
  let leave;
  const restart = () => {
    if (!timer) return;
    clearTimeout(warn);
    clearTimeout(leave);
    timer.hidden = true;
    const idle = Number(timer.dataset.idle) * 1000;
    const before = Number(timer.dataset.before) * 1000;
    warn = setTimeout(() => {
      timer.hidden = false;
      timer.querySelector("button").focus();
    }, Math.max(0, idle - before));
    leave = setTimeout(() => window.location.replace(timer.dataset.ended), idle);
  };
  if (timer) {
    timer.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      const form = event.target;
      fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" }).then(
        (answer) => (answer.status === 204 ? restart() : window.location.replace(timer.dataset.ended)),
        () => window.location.replace(timer.dataset.ended),
      );
    });
    restart();
  }
})();
