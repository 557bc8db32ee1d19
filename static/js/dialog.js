// <dialog data-dialog> opens by itself when htmx brings it, or by an element with data-opens="its id".
// A click beside it closes it; Esc and <form method="dialog"> are the browser's own.
// The focus goes back to where it was, also when the button that was pressed had been switched off meanwhile: then the
// browser has forgotten it.
const known = new WeakSet();
let before = null;
document.addEventListener("focusin", (event) => {
  if (!event.target.closest("dialog")) before = event.target;
});

function ready(dialog) {
  if (known.has(dialog)) return;
  known.add(dialog);
  dialog.addEventListener("close", () => {
    const now = document.activeElement;
    if (now === document.body || dialog.contains(now)) before?.focus();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target !== dialog) return;
    const box = dialog.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) dialog.close();
  });
  if (dialog.closest("#drawer")) dialog.showModal();
}

export function start(root) {
  for (const dialog of root.querySelectorAll("dialog[data-dialog]")) ready(dialog);
  for (const opener of root.querySelectorAll("[data-opens]")) {
    if (known.has(opener)) continue;
    known.add(opener);
    opener.addEventListener("click", (event) => {
      const dialog = document.getElementById(opener.dataset.opens);
      if (!dialog) return;
      event.preventDefault();
      dialog.showModal();
    });
  }
}
