// [data-gallery]: the small pictures change the large one; the large one opens a dialog in which it fills the screen.
// Without this module they are links to the pictures. [data-buy-bar] rests while the button it repeats is in sight.
const known = new WeakSet();

function show(gallery, link) {
  const stage = gallery.querySelector("[data-stage] img");
  const small = link.querySelector("img");
  stage.srcset = small.srcset;
  stage.src = small.src;
  stage.alt = link.dataset.alt;
  gallery.querySelector("[data-stage]").href = link.href;
  for (const other of gallery.querySelectorAll("[data-thumb]")) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
}

function zoom(gallery) {
  const dialog = gallery.querySelector("dialog");
  const large = dialog.querySelector("img");
  const stage = gallery.querySelector("[data-stage]");
  large.src = stage.href;
  large.alt = stage.querySelector("img").alt;
  dialog.showModal();
}

function startGallery(gallery) {
  for (const link of gallery.querySelectorAll("[data-thumb]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      show(gallery, link);
    });
  }
  gallery.querySelector("[data-stage]")?.addEventListener("click", (event) => {
    event.preventDefault();
    zoom(gallery);
  });
}

function startBar(bar) {
  const button = bar.closest(".buy").querySelector("form button");
  if (!button) return;
  new IntersectionObserver(([entry]) => {
    bar.inert = entry.isIntersecting;
  }).observe(button);
}

export function start(root) {
  for (const [selector, startOne] of [["[data-gallery]", startGallery], ["[data-buy-bar]", startBar]]) {
    for (const found of root.querySelectorAll(selector)) {
      if (known.has(found)) continue;
      known.add(found);
      startOne(found);
    }
  }
}
