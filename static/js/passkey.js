/* Passkeys: a form with data-passkey="get" or "create" asks its own address what the device has to
   answer, lets the device answer, and is sent with the answer. Without this script it stays hidden,
   and the page offers a code. Needs allauth's webauthn-json.js. */
"use strict";
(() => {
  const answer = async (form) => {
    const asked = await fetch(form.getAttribute("action") || location.href, {
      headers: { Accept: "application/json" },
    });
    if (!asked.ok) throw new Error("not available");
    const options = await asked.json();
    return form.dataset.passkey === "create"
      ? window.webauthnJSON.create(options.creation_options)
      : window.webauthnJSON.get(options.request_options);
  };
  const send = async (event) => {
    event.preventDefault();
    const form = event.target;
    const trouble = form.querySelector("[data-trouble]");
    const button = form.querySelector("[type=submit]");
    trouble.hidden = true;
    button.disabled = true;
    try {
      form.querySelector("[name=credential]").value = JSON.stringify(await answer(form));
      form.submit();
    } catch {
      // cancelled, no such key on this device, or no connection
      trouble.hidden = false;
      button.disabled = false;
    }
  };
  if (!window.webauthnJSON || !window.webauthnJSON.supported()) return;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.addEventListener("submit", send);
    form.closest("[data-needs-passkeys]").hidden = false;
  }
  for (const text of document.querySelectorAll("[data-without-passkeys]")) text.hidden = true;
})();
