// [data-gallery]: the small pictures change the large one; the large one opens a dialog in which it fills the screen.
// Without this module they are links to the pictures.
const known = new WeakSet();

function show(gallery, link) {
  const stage = gallery.querySelector("[data-stage] img");
  const small = link.querySelector("img");
  stage.srcset = small.srcset;
  stage.src = small.src;
  stage.alt = link.dataset.alt;
  stage.width = small.width;
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

export function start(root) {
  for (const gallery of root.querySelectorAll("[data-gallery]")) {
    if (known.has(gallery)) continue;
    known.add(gallery);
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
}
