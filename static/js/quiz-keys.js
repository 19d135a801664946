// The letters of the options as keys, only while the focus is inside a question; they can be turned off (WCAG 2.1.4).
(() => {
  const row = document.getElementById("letter-keys");
  if (matchMedia("(hover: none) and (pointer: coarse)").matches) return; // a phone has no keys to name
  const [words, button] = row.children;
  const store = deviceStore();
  let on = store?.getItem("letter-keys") !== "off";

  function show() {
    words.textContent = on ? row.dataset.on : row.dataset.off;
    button.textContent = on ? "Turn letter keys off" : "Turn letter keys on";
  }

  button.addEventListener("click", () => {
    on = !on;
    store?.setItem("letter-keys", on ? "on" : "off");
    show();
  });

  document.addEventListener("keydown", (event) => {
    const question = event.target.closest(".question");
    if (!on || !question || event.repeat || event.ctrlKey || event.metaKey || event.altKey || !/^[a-z]$/i.test(event.key)) return;
    if (event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return;
    const box = question.querySelectorAll("[name=option]")[event.key.toUpperCase().charCodeAt(0) - 65];
    if (!box) return;
    event.preventDefault();
    box.focus(); // so that a screen reader says what was ticked
    box.click();
  });

  show();
  row.hidden = false;
})();
