// The mail beside the form follows the typing. Without this the buttons of the page do the same.
const form = document.getElementById("letter-form");
const tools = document.getElementById("letter-tools");
const screen_ = document.querySelector(".letter-screen");
const frame = screen_?.querySelector("iframe");
const DESKTOP = 680;
let timer = 0;
let running = null;

function fit() {
  const isPhone = tools.elements.width.value === "phone";
  screen_.classList.toggle("is-phone", isPhone);
  const scale = isPhone ? 1 : Math.min(1, screen_.clientWidth / DESKTOP);
  frame.style.width = isPhone ? "" : `${screen_.clientWidth / scale}px`;
  frame.style.height = `${screen_.clientHeight / scale}px`;
  frame.style.transform = scale < 1 ? `scale(${scale})` : "";
}

async function draw() {
  running?.abort();
  running = new AbortController();
  const data = new FormData(form);
  for (const [name, value] of new FormData(tools)) data.set(name, value);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  try {
    const answer = await fetch(screen_.dataset.preview, { method: "POST", body: data, signal: running.signal });
    if (!answer.ok) return;
    const at = frame.contentDocument?.defaultView?.scrollY ?? 0; // the first page of the frame is closed to us
    frame.onload = () => frame.contentDocument?.defaultView?.scrollTo(0, at);
    frame.srcdoc = await answer.text();
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(draw, 350);
}

if (form && tools && frame) {
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  document.addEventListener("trix-change", soon);
  tools.addEventListener("change", () => { fit(); draw(); });
  tools.addEventListener("submit", (event) => { event.preventDefault(); draw(); });
  window.addEventListener("resize", fit);
  fit();
  let isTouched = false;
  form.addEventListener("input", () => { isTouched = true; });
  form.addEventListener("submit", () => { isTouched = false; });
  window.addEventListener("beforeunload", (event) => { if (isTouched) event.preventDefault(); });
}
