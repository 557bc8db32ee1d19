// The one script of the shop: small modules, each started by a data- attribute. Every page works without them.
import { start as startDialogs } from "./dialog.js";
import { start as startMenus } from "./menu.js";
import { start as startQuantities } from "./quantity.js";
import { start as startForms } from "./forms.js";
import { start as startSuggestions } from "./suggest.js";
import { start as startZones } from "./zone.js";

const starters = [startDialogs, startMenus, startQuantities, startForms, startSuggestions, startZones];

function startAll(root) {
  for (const start of starters) start(root);
  if (root.querySelector("[data-filters]")) import("./filters.js").then((module) => module.start(root));
  if (root.querySelector("[data-gallery], [data-buy-bar]")) import("./product.js").then((module) => module.start(root));
}

startAll(document);
// What htmx brings in is started too. A swap "outerHTML" hands over the new piece itself.
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt !== document.body) startAll(event.detail.elt.parentElement ?? document);
});
// An answer that says what is wrong (400, 409, 422) is shown like any other.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if ([400, 403, 409, 422, 429].includes(xhr.status)) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
// Nothing came back: let the form do what it does without scripts.
document.addEventListener("htmx:sendError", (event) => {
  if (event.detail.elt.matches("form[method=post]")) event.detail.elt.submit();
});
