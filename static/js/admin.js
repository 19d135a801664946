// The admin's autocomplete boxes have no name of their own: select2 hides the labelled select and puts a box of its own in its
// place. Name that box after the label, followed by what is chosen.
"use strict";
{
  const nameOf = (select) => {
    const label = select.id && document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    if (label) {
      label.id ||= `label-of-${select.id}`;
    }
    return label ? label.id : null;
  };

  const nameBoxes = (root) => {
    root.querySelectorAll("select.admin-autocomplete").forEach((select) => {
      const box = select.parentElement.querySelector(".select2-selection[role=combobox]");
      const shown = box && box.querySelector(".select2-selection__rendered");
      if (!shown || box.dataset.named) {
        return;
      }
      box.dataset.named = "yes";
      // As a text box it would need a name of its own; as plain text it is part of the name of the box around it.
      shown.removeAttribute("role");
      shown.removeAttribute("aria-readonly");
      const label = nameOf(select);
      if (label) {
        box.setAttribute("aria-labelledby", `${label} ${shown.id}`);
      } else {
        box.removeAttribute("aria-labelledby");
        box.setAttribute("aria-label", select.getAttribute("aria-label") || select.name);
      }
    });
  };

  window.addEventListener("load", () => nameBoxes(document));
  document.addEventListener("formset:added", (event) => requestAnimationFrame(() => nameBoxes(event.target)));
}
