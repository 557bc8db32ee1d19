// The filters of a list: what is empty stays out of the address, the sort is sent with them, and the panel stays as open
// as it was when the list is drawn again (in the new markup already, else the focus could not go back into it).
const known = new WeakSet();
const wide = window.matchMedia("(min-width: 62rem)");

export function start(root) {
  for (const panel of root.querySelectorAll("[data-filters]")) {
    if (known.has(panel)) continue;
    known.add(panel);
    if (wide.matches) panel.open = true;
    panel.querySelector("[data-spare-when-wide]").hidden = wide.matches; // each change is sent by itself
    const form = panel.querySelector("form");
    form.addEventListener("htmx:configRequest", (event) => withoutEmpty(event.detail));
    form.addEventListener("submit", () => closeOnThePhone(panel));
  }
  for (const choice of root.querySelectorAll("[data-sends]")) {
    if (known.has(choice)) continue;
    known.add(choice);
    choice.addEventListener("change", () => choice.form.dispatchEvent(new Event("change")));
  }
}

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!document.querySelector("[data-filters][open]")) return;
  event.detail.serverResponse = event.detail.serverResponse.replace(" data-filters>", " data-filters open>");
});

function withoutEmpty(request) {
  for (const name of [...new Set(request.formData.keys())]) {
    const values = request.formData.getAll(name).filter(Boolean);
    request.formData.delete(name);
    for (const value of values) request.formData.append(name, value);
  }
}

function closeOnThePhone(panel) {
  if (wide.matches) return;
  panel.open = false;
  panel.scrollIntoView({ block: "start" });
}
