// The phone's menu closes by Esc and by a tap elsewhere; the panels of the wide menu by Esc (WCAG 1.4.13).
// In rows that are pushed sideways what gets the focus comes into sight whole: browsers are content with a part of it.
// Rows of ways begin where one is.
let started = false;

export function start(root) {
  for (const here of root.querySelectorAll(".account-nav [aria-current], .tabs [aria-current]")) {
    const row = here.closest("ul, .tabs");
    row.scrollLeft += here.getBoundingClientRect().left - row.getBoundingClientRect().left - row.clientWidth / 4;
  }
  if (started) return;
  started = true;
  const menu = root.querySelector("[data-menu]");
  const nav = root.querySelector("[data-nav]");
  const suggestions = root.querySelector("#suggestions");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (menu?.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    nav?.classList.add("dismissed");
    suggestions?.replaceChildren();
  });
  nav?.addEventListener("mouseover", () => nav.classList.remove("dismissed"));
  nav?.addEventListener("focusin", () => nav.classList.remove("dismissed"));
  document.addEventListener("focusin", (event) => {
    if (!event.target.closest(".shelf, .account-nav, .tabs, .branches") || !event.target.matches(":focus-visible")) return;
    (event.target.closest(".card") ?? event.target).scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  document.addEventListener("click", (event) => {
    if (menu?.open && !menu.contains(event.target)) menu.open = false;
    if (!event.target.closest(".site-search")) suggestions?.replaceChildren();
  });
}
