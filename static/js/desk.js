// The boxes that Select2 puts over a choice have no name: each gets that of the label its choice has.
(() => {
  const nameOf = (select) => {
    const label = select && document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    return select?.getAttribute("aria-label") || label?.textContent.replace(/[\s:*]+$/, "").trim() || "";
  };
  const name = (element, select) => {
    const text = nameOf(select);
    if (element && text && element.getAttribute("aria-label") !== text) element.setAttribute("aria-label", text);
  };
  const nameAll = () => {
    for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
      const box = select.nextElementSibling;
      name(box?.querySelector(".select2-search__field"), select);
      name(box?.querySelector(".select2-selection"), select);
    }
    // The one that is open may have its box at the end of the page.
    const open = document.querySelector(".select2-dropdown .select2-search__field");
    const list = document.querySelector(".select2-dropdown .select2-results__options");
    name(open, list && document.getElementById(list.id.replace(/^select2-|-results$/g, "")));
  };
  let waits = false;
  const soon = () => {
    if (waits) return;
    waits = true;
    requestAnimationFrame(() => { waits = false; nameAll(); });
  };
  document.addEventListener("DOMContentLoaded", () => {
    soon();
    new MutationObserver(soon).observe(document.body, { childList: true, subtree: true });
  });
})();

// A field with data-only-if="kind=bundle,gift" is shown for these choices of another one, with ="code" where something is typed
// there. What says something itself, or is complained about, is never hidden.
(() => {
  const saysAnything = (field) => [...(field.selectedOptions || [field])].some((one) => one.value !== "");
  const isWanted = (field) => {
    const [name, choices] = field.dataset.onlyIf.split("=");
    const other = field.form.elements[name];
    return !other || (choices ? choices.split(",").includes(other.value) : other.value !== "");
  };
  const showAll = () => {
    const rows = new Set();
    for (const field of document.querySelectorAll("[data-only-if]")) {
      const cell = field.closest(".field-line");
      if (!cell || !field.form) continue;
      cell.hidden = !isWanted(field) && !saysAnything(field) && !cell.querySelector(".errorlist, .errors");
      rows.add(cell.parentElement);
    }
    for (const row of rows) row.hidden = [...row.children].every((cell) => cell.hidden);
  };
  document.addEventListener("DOMContentLoaded", () => {
    if (!document.querySelector("[data-only-if]")) return;
    showAll();
    document.addEventListener("input", showAll);
    document.addEventListener("change", showAll);
  });
})();
