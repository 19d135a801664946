// Formulas. The page holds each as its source in .math or .math-display; KaTeX puts the formula in its place. Fetched by
// seminar.js where there is one. Without this file, and where a formula cannot be read, the source stays as it is.
(() => {
  const own = document.currentScript;
  const WAITING = ":is(.math, .math-display):not([data-math])";
  const LONGEST = 2000; // characters of one formula
  const DEEPEST = 200; // elements inside each other: laying out five hundred ends the browser's page
  const SLICE = 40; // milliseconds of work before the page may move on
  // Nothing that a text says may load, link or run anything (trust), loop (maxExpand) or cover the page (maxSize, in em).
  const RULES = { throwOnError: true, trust: false, maxExpand: 200, maxSize: 20, strict: "ignore" };
  let katexIsThere;
  let working = false;

  function loaded(element) {
    return new Promise((resolve, reject) => {
      element.addEventListener("load", resolve);
      element.addEventListener("error", reject);
      document.head.append(element);
    });
  }

  function fetchKatex() {
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: own.dataset.style });
    const script = Object.assign(document.createElement("script"), { src: own.dataset.script });
    return Promise.all([loaded(style), loaded(script)]);
  }

  // A style attribute is against the page's policy even when a script writes it; the same words through .style are not.
  function setStylesAside(node, depth = 0) {
    if (depth > DEEPEST) throw new Error("it is nested too deeply");
    if (node.attributes?.style) {
      node.attributes["data-style"] = node.attributes.style;
      delete node.attributes.style;
    }
    for (const child of node.children || []) setStylesAside(child, depth + 1);
  }

  function drawn(source, displayMode) {
    const tree = katex.__renderToDomTree(source, { ...RULES, displayMode });
    setStylesAside(tree);
    const node = tree.toNode();
    for (const part of node.querySelectorAll("[data-style]")) {
      part.style.cssText = part.dataset.style;
      delete part.dataset.style;
    }
    return node;
  }

  // Browsers break a line between a formula and the comma that follows it. Only for short ones: within this none breaks.
  function keepWithPoint(element) {
    const next = element.nextSibling;
    if (element.querySelectorAll(".katex-base").length !== 1 || !/^[,.;:!?)\]]/.test(next?.data || "")) return;
    const kept = document.createElement("span");
    kept.className = "math-kept";
    next.splitText(1);
    element.replaceWith(kept);
    kept.append(element, next);
  }

  function draw(element) {
    const source = element.textContent;
    try {
      if (source.length > LONGEST) throw new Error(`it is longer than ${LONGEST} characters`);
      element.replaceChildren(drawn(source, element.classList.contains("math-display")));
      element.dataset.math = "drawn";
      keepWithPoint(element);
    } catch (error) {
      element.dataset.math = "unreadable";
      element.title = `This formula cannot be drawn: ${error.message}`;
    }
  }

  // Where the column ends in which an element stands: what overflows may have made those around it wider.
  function edgeOf(element, known) {
    if (!element) return Infinity;
    if (!known.has(element)) {
      const own = element.getBoundingClientRect().right - parseFloat(getComputedStyle(element).paddingRight);
      known.set(element, Math.min(own, edgeOf(element.parentElement, known)));
    }
    return known.get(element);
  }

  // A formula wider than its column scrolls by itself, with keys too, and never the page.
  function fit() {
    const all = [...document.querySelectorAll('[data-math="drawn"]')];
    for (const one of all) {
      delete one.dataset.wide;
      for (const name of ["tabindex", "role", "aria-label"]) one.removeAttribute(name);
    }
    const edges = new Map();
    const wide = all.filter((one) => {
      const edge = edgeOf(one.parentElement, edges) + 1;
      return [...one.querySelectorAll(".katex-base")].some((part) => part.getBoundingClientRect().right > edge);
    });
    for (const one of wide) {
      one.dataset.wide = "";
      one.tabIndex = 0;
      one.setAttribute("role", "group");
      one.setAttribute("aria-label", "Formula, scrolls sideways");
    }
  }

  const nextFrame = () => new Promise((resolve) => setTimeout(resolve));

  async function drawAll() {
    if (working || !document.querySelector(WAITING)) return;
    working = true;
    try {
      await (katexIsThere ??= fetchKatex());
      for (let found = [...document.querySelectorAll(WAITING)]; found.length; found = [...document.querySelectorAll(WAITING)]) {
        const ends = performance.now() + SLICE;
        while (found.length && performance.now() < ends) draw(found.shift());
        if (found.length) await nextFrame();
      }
      fit();
      document.fonts.ready.then(fit); // asked for only now that something is drawn with them
    } catch {
      katexIsThere = undefined; // not fetched: the sources stay, the next swap tries again
    } finally {
      working = false;
    }
  }

  document.addEventListener("htmx:afterSettle", drawAll);
  document.addEventListener("htmx:oobAfterSwap", drawAll);
  document.addEventListener("toggle", fit, true);
  window.addEventListener("resize", fit);
  drawAll();
})();
