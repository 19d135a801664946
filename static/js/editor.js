// "Go to line 15" puts the cursor there. Without this file the links lead to the editor, and lines are counted by eye.

function goToLine(number) {
  const text = document.getElementById("id_text");
  if (!text || !number) return;
  const lines = text.value.split("\n");
  const start = lines.slice(0, number - 1).reduce((sum, line) => sum + line.length + 1, 0);
  text.focus({ preventScroll: true });
  text.setSelectionRange(start, start + (lines[number - 1] || "").length);
  const height = parseFloat(getComputedStyle(text).lineHeight) || 24;
  const shown = text.getBoundingClientRect().top + window.scrollY + ((number - 1) / lines.length) * text.scrollHeight;
  text.scrollTop = Math.max(0, ((number - 1) / lines.length) * text.scrollHeight - height * 4);
  window.scrollTo({ top: Math.max(0, shown - window.innerHeight / 3) });
}

function lineOf(hash) {
  return hash.startsWith("#line-") ? Number(hash.slice(6)) : 0;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-line]");
  if (!link) return;
  event.preventDefault();
  goToLine(Number(link.dataset.line));
});
goToLine(lineOf(location.hash));
