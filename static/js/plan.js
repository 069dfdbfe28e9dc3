/* The text of a point is saved while it is written; what could not be saved stays on this device.
   Without this script the Save button does the same.

   [data-reader]      who reads: on a shared phone nobody finds the text of somebody else
   form[data-point]   the form of a point
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
    form.addEventListener("submit", () => forget((key) => key.startsWith(PREFIX)));
  }

  // Pages without the form: what was left behind is shown ---------------------------------------
  for (const place of document.querySelectorAll("[data-draft]")) {
    const key = MINE + place.dataset.draft;
    const draft = kept(key);
    if (!draft) continue;
    for (const spot of place.querySelectorAll("[data-text]")) {
      spot.textContent = draft.values[spot.dataset.text] || "–";
    }
    for (const button of place.querySelectorAll("[data-forget]")) {
      button.addEventListener("click", () => {
        forget((name) => name === key);
        place.hidden = true;
      });
    }
    place.hidden = false;
    place.closest("[data-drafts]").hidden = false;
  }

  const form = document.querySelector("form[data-point]");
  if (!form) return;

  // The form ------------------------------------------------------------------------------------
  const key = MINE + form.dataset.point;
  const status = form.querySelector("[data-save-status]");
  const field = (name) => form.elements.namedItem(name);
  const values = () => ({
    commitment: field("commitment").value.trim(),
    progress: field("progress").value.trim(),
    is_done: field("is_done").checked,
  });
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const basis = () => ({ version: field("version").value, before: field("before").value });
  const stand = ({ version, before }) => {
    field("version").value = version;
    field("before").value = before;
  };
  const typed = form.hasAttribute("data-unsaved"); // the server gave back what it did not save
  let saved = typed ? null : values(); // what we know to stand there
  let unanswered = null; // what was sent, and of which we heard nothing
  let stopped = typed; // two versions: only the button decides
  let closed = false; // nothing can be saved here any more
  let busy = false;
  let pressed = null;
  let timer = 0;

  const say = (words, bad = false, link = "") => {
    status.replaceChildren(words);
    status.classList.toggle("is-bad", bad);
    if (!link) return;
    const anchor = document.createElement("a");
    anchor.href = location.href;
    anchor.textContent = link;
    status.append(" ", anchor);
  };
  const hold = () => {
    // what the server gave back is based on nothing seen: to save it later shows both versions
    const on = typed ? { version: 0, before: "" } : basis();
    return keep(key, { values: values(), ...on, unanswered });
  };
  const later = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  };
  const failed = () => {
    hold();
    say(form.dataset.failed, true);
    later(AGAIN);
  };
  const signedOut = () => {
    if (hold()) say(form.dataset.signedOut, true, form.dataset.signIn);
    else say(form.dataset.failed, true);
  };

  // the movement is not theirs any more: no later try would help
  const gone = () => {
    closed = stopped = true;
    hold();
    say(form.dataset.gone, true);
  };

  const send = (sent) => {
    const body = new FormData();
    for (const [name, value] of Object.entries({ ...sent.values, ...sent })) {
      if (name !== "values" && value !== false) body.append(name, value);
    }
    body.append("csrfmiddlewaretoken", field("csrfmiddlewaretoken").value);
    return fetch(form.getAttribute("action"), {
      method: "POST",
      headers: { Accept: "application/json" },
      redirect: "manual",
      signal: AbortSignal.timeout(AGAIN),
      keepalive: true, // also when the page is left or the phone sleeps
      body,
    });
  };
  const more = () => {
    hold();
    later(500); // more was typed meanwhile
  };
  const take = (answer, sent) => {
    unanswered = null;
    if (answer.state === "saved") {
      stand(answer);
      saved = sent.values;
      if (!same(values(), saved)) return more();
      say(answer.words);
      return forget((name) => name === key);
    }
    stopped = answer.state === "stale";
    hold();
    say(answer.words, true);
  };
  const save = async () => {
    clearTimeout(timer);
    if (busy || stopped) return;
    if (!unanswered && same(values(), saved)) return;
    busy = true;
    let well = false;
    const sent = (unanswered = unanswered || { values: values(), ...basis() });
    hold();
    try {
      const response = await send(sent);
      if (response.type === "opaqueredirect" || response.status === 403) signedOut();
      else if (response.status === 404) gone();
      else if (response.ok) take(await response.json(), sent);
      else failed();
      well = response.ok;
    } catch {
      failed();
    } finally {
      busy = false;
    }
    const button = pressed;
    pressed = null;
    if (button && well) form.requestSubmit(button);
  };

  const draft = kept(key);
  if (draft && !typed) {
    if (same(draft.values, saved)) forget((name) => name === key);
    else {
      field("commitment").value = draft.values.commitment;
      field("progress").value = draft.values.progress;
      field("is_done").checked = draft.values.is_done;
      stand(draft);
      unanswered = draft.unanswered;
      document.querySelector("[data-restored]").hidden = false;
      say(form.dataset.failed, true);
      later(1000);
    }
  }
  if (typed) hold();

  form.addEventListener("input", (event) => {
    if (!["commitment", "progress", "is_done"].includes(event.target.name)) return;
    hold();
    if (stopped) return;
    if (!status.classList.contains("is-bad")) say("");
    later(PAUSE);
  });
  form.addEventListener("focusout", (event) => {
    if (!(event.relatedTarget instanceof HTMLButtonElement)) save();
  });
  // an example that was filled in goes along with whatever button
  const onlyText = () =>
    [...form.querySelectorAll("details input")].every((input) => !input.value);
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    const changed = unanswered || !same(values(), saved);
    const textOnly = event.submitter?.value === "save" && onlyText();
    if (textOnly && changed && !stopped) {
      event.preventDefault(); // without leaving the page, which a bad line might not give back
      const button = event.submitter;
      save().then(() => stopped && form.requestSubmit(button)); // to see both versions
    } else if (busy) {
      event.preventDefault(); // an answer is on its way, with the version that this form needs
      pressed = event.submitter;
    } else if (closed || !navigator.onLine) {
      event.preventDefault(); // the page that answers would not have the text
      if (closed) gone();
      else failed();
      status.scrollIntoView({ block: "center" }); // the button may be screens further down
    }
  });
  document.addEventListener("visibilitychange", () => save());
  window.addEventListener("pagehide", () => save());
  window.addEventListener("online", () => save());
})();

