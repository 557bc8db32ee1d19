// <form data-once>: a second press while the first is on its way does nothing.
// <select data-submits>: choosing sends its form (there is a button for those without scripts, [data-spare]).
const known = new WeakSet();

export function start(root) {
  for (const form of root.querySelectorAll("form[data-once]")) {
    if (known.has(form)) continue;
    known.add(form);
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
    window.addEventListener("pageshow", () => delete form.dataset.sent);
  }
  for (const choice of root.querySelectorAll("[data-submits]")) {
    if (known.has(choice)) continue;
    known.add(choice);
    choice.addEventListener("change", () => choice.form.requestSubmit());
    for (const spare of choice.form.querySelectorAll("[data-spare]")) spare.hidden = true;
  }
}
