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
  const saysAnything = (field) => field.type !== "select-one" && [...(field.selectedOptions || [field])].some((one) => one.value !== "");
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

// A field in a table is named by the head of its column and, in a list, by what its row is about. The head over the ticks
// that remove a row is named as the cells below it. The theme's scroll bars are no landmarks.
(() => {
  const words = (element) => element?.textContent.replace(/[\s:*]+/g, " ").trim() || "";
  const nameCells = () => {
    for (const cell of document.querySelectorAll("td[data-label]")) {
      const row = words(cell.parentElement.querySelector("th a, td a")).slice(0, 80);
      for (const field of cell.querySelectorAll("input:not([type=hidden]), select, textarea")) {
        if (field.labels?.length || field.hasAttribute("aria-label")) continue;
        const name = cell.dataset.label.charAt(0).toUpperCase() + cell.dataset.label.slice(1);
        field.setAttribute("aria-label", row && field.closest("#result_list") ? `${name}, ${row}` : name);
        field.removeAttribute("title");
      }
    }
    for (const removes of document.querySelectorAll("td.delete[data-label]")) {
      const head = removes.closest("table").tHead?.rows[0]?.lastElementChild;
      if (head?.matches("th") && !words(head)) head.innerHTML = '<span class="desk-visually-hidden"></span>';
      if (head?.firstElementChild?.matches(".desk-visually-hidden")) head.firstElementChild.textContent = removes.dataset.label;
    }
    for (const head of document.querySelectorAll("thead th")) {
      if (words(head) || head.querySelector("input, button, a, img, svg")) continue;
      const cell = document.createElement("td"); // a head that says nothing is none
      cell.className = head.className;
      head.replaceWith(cell);
    }
    for (const shown of document.querySelectorAll(".select2-selection__rendered[role=textbox]:not([aria-label])")) {
      const select = shown.closest(".select2")?.previousElementSibling;
      const name = words(select?.labels?.[0]);
      if (name) shown.setAttribute("aria-label", name);
    }
    for (const bar of document.querySelectorAll(".simplebar-content-wrapper[role]")) {
      bar.removeAttribute("role");
      bar.removeAttribute("aria-label");
    }
  };
  let waits = false;
  const soon = () => {
    if (waits) return;
    waits = true;
    requestAnimationFrame(() => { waits = false; nameCells(); });
  };
  document.addEventListener("DOMContentLoaded", () => {
    soon();
    new MutationObserver(soon).observe(document.body, { childList: true, subtree: true });
  });
})();

// On a phone the lists write their columns' names before each value; they begin with a capital, as over a column.
document.addEventListener("DOMContentLoaded", () => {
  for (const cell of document.querySelectorAll("#result_list [data-label]")) {
    cell.dataset.label = cell.dataset.label.charAt(0).toUpperCase() + cell.dataset.label.slice(1);
  }
});
