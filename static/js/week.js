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

// The forms about one thing open beside it; without this file they are a page of their own. The first field gets the focus,
// Cancel and Escape give it back to the link.

function closePanel(slot) {
  slot.replaceChildren();
  document.getElementById(slot.dataset.opener)?.focus();
}

document.addEventListener("htmx:afterSettle", (event) => {
  const slot = event.detail.target?.closest?.(".part-slot");
  if (slot) slot.querySelector("input:not([type=hidden]), textarea")?.focus();
});

document.addEventListener("click", (event) => {
  const slot = event.target.closest(".part-cancel")?.closest(".part-slot");
  if (!slot) return;
  event.preventDefault();
  closePanel(slot);
});

document.addEventListener("keydown", (event) => {
  const slot = event.key === "Escape" && event.target.closest?.(".part-slot");
  if (slot) closePanel(slot);
});
