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

  const nameBox = (container) => {
    const select = container.previousElementSibling;
    const box = container.querySelector(".select2-selection[role=combobox]");
    const shown = box && box.querySelector(".select2-selection__rendered");
    if (!shown || !select || !select.matches("select")) {
      return;
    }
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
  };

  // select2 puts its boxes in when it pleases: at the start, and whenever a row is added.
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) {
        if (node instanceof Element && node.matches(".select2-container")) {
          nameBox(node);
        }
      }
    }
  }).observe(document.documentElement, { childList: true, subtree: true });
}
