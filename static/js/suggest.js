// The search box as a combobox (WAI-ARIA 1.2, list autocomplete with manual selection): down and up walk through the
// suggestions, Enter follows the marked one or sends what is typed, Esc closes the list.
let started = false;

export function start(root) {
  const input = root.querySelector("[data-suggests]");
  if (!input || started) return;
  started = true;
  const place = document.getElementById(input.dataset.suggests);
  const options = () => [...place.querySelectorAll("[role=option]")];
  let at = -1;

  function mark(next) {
    const all = options();
    at = all.length ? (next + all.length + 1) % (all.length + 1) : -1;
    if (at === all.length) at = -1;
    all.forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
    if (at < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", all[at].id);
    all[at].scrollIntoView({ block: "nearest" });
  }
  function close() {
    place.replaceChildren();
    show();
  }
  function show() {
    at = -1;
    input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-expanded", String(options().length > 0));
    for (const option of options()) option.tabIndex = -1;
  }

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", place.id);
  show();
  new MutationObserver(show).observe(place, { childList: true });
  input.addEventListener("keydown", (event) => {
    const all = options();
    if (event.key === "Escape" && all.length) close();
    else if (event.key === "ArrowDown" && all.length) mark(at + 1);
    else if (event.key === "ArrowUp" && all.length) mark(at < 0 ? all.length - 1 : at - 1);
    else if (event.key === "Enter" && at >= 0) all[at].click();
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", () => setTimeout(() => document.activeElement?.closest(".site-search") || close(), 200));
  document.addEventListener("click", (event) => event.target.closest(".site-search") || close());
}
