/* Small help on top of pages that work without it. No data leaves the page from here. */
"use strict";

(() => {
  const firstError = document.querySelector("[data-focus]");
  if (firstError) firstError.focus();

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  /* Alt and a key, the same in every browser; without script the browser's own keys do. */
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    const key = /^(?:Digit|Key)([0-9A-Z])$/.exec(event.code);
    const target = key && document.querySelector(`[accesskey="${key[1].toLowerCase()}"]`);
    if (!target) return;
    event.preventDefault();
    target.click();
  });

  /* Sent once: the answer to a second press would take the place of a password shown but once. */
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-once]");
    if (!form) return;
    if (form.dataset.once) event.preventDefault();
    form.dataset.once = "sent";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("[data-once]")) form.dataset.once = "";
  });

  /* Fields that are asked under some answer alone; the server asks the same. */
  const asked = document.querySelectorAll("[data-only-if]");
  const ask = () => {
    for (const part of asked) {
      const codes = part.dataset.onlyCodes.split(" ");
      const inputs = document.querySelectorAll(`[name="${CSS.escape(part.dataset.onlyIf)}"]`);
      part.hidden = ![...inputs].some(
        (input) =>
          codes.includes(input.value) &&
          !input.closest(".field[hidden]") &&
          (input.checked || (input.type !== "radio" && input.type !== "checkbox")),
      );
    }
  };
  if (asked.length) {
    ask();
    document.addEventListener("change", ask);
  }

  /* A list that grows shorter as one types; Enter asks the server the same. */
  for (const form of document.querySelectorAll("[data-filter]")) {
    const list = document.querySelector(form.dataset.filter);
    form.addEventListener("input", (event) => {
      const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const line of list.querySelectorAll("[data-words]")) {
        const text = line.dataset.words.toLowerCase();
        line.hidden = !words.every((word) => text.includes(word));
      }
      for (const group of list.querySelectorAll("[data-group]")) {
        group.hidden = !group.querySelector("[data-words]:not([hidden])");
      }
    });
  }

  for (const label of document.querySelectorAll("[data-ticks]")) {
    label.hidden = false;
    label.addEventListener("change", (event) => {
      for (const box of document.querySelectorAll(`[name="${label.dataset.ticks}"]`)) {
        box.checked = event.target.checked;
      }
    });
  }

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
