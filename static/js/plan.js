/* The text of a point is saved while it is written; what could not be saved stays on this device.
   Without this script the Save button does the same.

   form[data-point]   the form of a point; data-reader on body's [data-reader] says whose phone it is
   [data-save-status] where it says what became of the text

   An answer that never came leaves open whether the text was saved. That very text is then sent
   again first: the server takes the same text twice for once, and only then the newer one counts as
   based on it. Nobody is told of a conflict with themselves. */
"use strict";
(() => {
  const PREFIX = "plan:";
  const PAUSE = 3000; // after the last key
  const AGAIN = 15000; // after a try that failed; also how long an answer may take
  const marked = document.querySelector("[data-reader]");
  if (!marked) return;
  const MINE = `${PREFIX}${marked.dataset.reader}:`;

  // What is kept on this device ---------------------------------------------------------------
  const kept = (key) => {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  };
  const keep = (key, draft) => {
    try {
      localStorage.setItem(key, JSON.stringify(draft));
      return true;
    } catch {
      return false; // full, or not allowed: the page itself still has the text
    }
  };
  const forget = (test) => {
    try {
      Object.keys(localStorage).filter(test).forEach((key) => localStorage.removeItem(key));
    } catch {
      /* nothing was kept */
    }
  };
  forget((key) => key.startsWith(PREFIX) && !key.startsWith(MINE)); // of who used it before
  for (const form of document.querySelectorAll("form[action$='/sign-out/']")) {
    // an example that was filled in goes along with whatever button
  const onlyText = () =>
    [...form.querySelectorAll("details input")].every((input) => !input.value);
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    const changed = unanswered || !same(values(), saved);
    const textOnly = event.submitter?.value === "save" && onlyText();
    if (textOnly && changed && !stopped) {
      event.preventDefault(); // without leaving the page, which a bad line might not give back
      save();
    } else if (busy) {
      event.preventDefault(); // an answer is on its way, with the version that this form needs
      pressed = event.submitter;
    } else if (!navigator.onLine) {
      event.preventDefault();
      failed();
    }
  });
  document.addEventListener("visibilitychange", () => save());
  window.addEventListener("pagehide", () => save());
  window.addEventListener("online", () => save());
})();
