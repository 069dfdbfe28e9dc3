/* A picker that searches is named after what is chosen in it; with nothing chosen it would have no
   name at all. So it gets the label of its field as well. */
"use strict";
(() => {
  const nameOne = (select) => {
    const label = select.labels && select.labels[0];
    const box = select.nextElementSibling;
    if (!label || !box || !box.classList.contains("select2-container")) return;
    label.id = label.id || `${select.id}_label`;
    const chosen = box.querySelector(".select2-selection__rendered");
    box.querySelector(".select2-selection").setAttribute("aria-labelledby", `${label.id} ${chosen.id}`);
    chosen.setAttribute("aria-labelledby", label.id);
  };
  const nameAll = () => document.querySelectorAll("select.admin-autocomplete").forEach(nameOne);
  nameAll();
  // The picker draws itself when it likes, and again for every row that is added.
  new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
})();
