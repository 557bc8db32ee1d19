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
