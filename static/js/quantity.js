// <span data-quantity> around a number field: buttons for one less and one more. A change sends "change" as typing does.
function button(sign, label, onClick) {
  const made = document.createElement("button");
  made.type = "button";
  made.setAttribute("aria-label", label);
  made.textContent = sign;
  made.addEventListener("click", onClick);
  return made;
}

export function start(root) {
  for (const box of root.querySelectorAll("[data-quantity]")) {
    const input = box.querySelector("input");
    if (!input || box.querySelector("button")) continue;
    const step = (by) => () => {
      if (by > 0) input.stepUp();
      else input.stepDown();
      input.dispatchEvent(new Event("change", { bubbles: true }));
    };
    const less = button("−", box.dataset.less, step(-1));
    const more = button("+", box.dataset.more, step(1));
    const limit = () => {
      less.disabled = input.min !== "" && input.valueAsNumber <= Number(input.min);
      more.disabled = input.max !== "" && input.valueAsNumber >= Number(input.max);
    };
    input.addEventListener("change", limit);
    box.prepend(less);
    box.append(more);
    limit();
  }
}
