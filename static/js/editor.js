// "Go to line 15" puts the cursor there. Without this file the links lead to the editor, and lines are counted by eye.

function goToLine(text, number) {
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

const editedText = () => document.getElementById("id_text") || document.querySelector("textarea#quiz-text");

function lineOf(hash) {
  return hash.startsWith("#line-") ? Number(hash.slice(6)) : 0;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-line]");
  if (!link || !editedText()) return;
  event.preventDefault();
  goToLine(editedText(), Number(link.dataset.line));
});
goToLine(editedText(), lineOf(location.hash));

// Questions of the form can be dragged by their title, too; the buttons "Up" and "Down" do the same without this file.
const questions = [...document.querySelectorAll(".form-question")];
let dragged = null;

for (const question of questions) {
  const handle = question.querySelector(":scope > .form-question-moves");
  handle.draggable = true;
  handle.addEventListener("dragstart", (event) => {
    dragged = question;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", question.dataset.place);
  });
  handle.addEventListener("dragend", () => {
    dragged = null;
    questions.forEach((one) => one.removeAttribute("data-over"));
  });
  question.addEventListener("dragover", (event) => {
    if (!dragged || dragged === question) return;
    event.preventDefault();
    questions.forEach((one) => one.toggleAttribute("data-over", one === question));
  });
  question.addEventListener("drop", (event) => {
    if (!dragged || dragged === question) return;
    event.preventDefault();
    const form = question.closest("form");
    const moved = document.createElement("input");
    Object.assign(moved, { type: "hidden", name: "do", value: `move ${dragged.dataset.place} ${question.dataset.place}` });
    form.append(moved);
    form.action = `${form.action.split("#")[0]}#question-${Number(question.dataset.place) + 1}`;
    form.submit();
  });
}
