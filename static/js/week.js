// Ticks at readings. The tick itself is the browser's; this says when it did not reach the server.

function tickForm(event) {
  return event.detail.elt.closest(".tick-form");
}

function say(state, words) {
  const line = document.getElementById("tick-line");
  if (!line || (line.dataset.state === state && line.textContent === words)) return;
  line.dataset.state = state;
  line.textContent = words;
}

for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    const form = tickForm(event);
    if (!form) return;
    const box = form.querySelector("input[type=checkbox]");
    box.checked = !box.checked;
    say("failed", "Not saved: the tick is back where it was. Try it again.");
  });
}

document.addEventListener("htmx:afterRequest", (event) => {
  if (tickForm(event) && event.detail.successful) say("saved", "");
});
