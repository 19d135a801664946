// Small things every page needs. Without this file every page still works.

// The token is read at request time: Django changes it when somebody signs in, and a baked-in one goes stale.
function csrfToken() {
  const name = document.querySelector('meta[name="csrf-cookie"]').content;
  const cookie = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  return cookie ? cookie.slice(name.length + 1) : "";
}

// What may be kept on this device; null where the browser keeps nothing.
function deviceStore() {
  try { return window.localStorage; } catch { return null; }
}

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = csrfToken();
});

// aria-busy while a request of an element is under way.
document.addEventListener("htmx:beforeRequest", (event) => event.detail.elt.setAttribute("aria-busy", "true"));
document.addEventListener("htmx:afterRequest", (event) => event.detail.elt.removeAttribute("aria-busy"));

// A menu closes with Escape and with a click outside; its summary gets the focus back.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// Quizzes leave nothing behind on this device: what belongs to an attempt goes when it is over, the rest at signing out,
// except answers that the server has not got. Those are sent when the same person opens the attempt again.
function clearQuizzes(prefix, isDone) {
  const store = deviceStore();
  for (const key of Object.keys(store || {})) {
    if (key.startsWith(prefix) && isDone(JSON.parse(store.getItem(key)))) store.removeItem(key);
  }
}
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-sign-out]")) clearQuizzes("quiz:", (entry) => !entry.request_id || entry.refused);
});
document.querySelectorAll("[data-attempt-over]").forEach((over) => clearQuizzes(`quiz:${over.dataset.attemptOver}:`, () => true));

// When a swap takes away the control that had the focus, htmx finds its successor by id; where there is none, the focus goes
// to the first control of what came instead, never to the top of the page.
let focusWasInside = false;
document.addEventListener("htmx:beforeSwap", (event) => {
  focusWasInside = event.detail.target.contains(document.activeElement);
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (!focusWasInside || document.activeElement !== document.body) return;
  focusWasInside = false;
  event.detail.elt.querySelector("a[href], button, input:not([type=hidden]), select, textarea")?.focus();
});

// Formulas: only a page that has one fetches what draws them.
const addresses = document.currentScript.dataset;
let mathAskedFor = false;
function fetchMath() {
  if (mathAskedFor || !document.querySelector(".math, .math-display")) return;
  mathAskedFor = true;
  const script = Object.assign(document.createElement("script"), { src: addresses.math });
  Object.assign(script.dataset, { script: addresses.katex, style: addresses.katexStyle });
  document.head.append(script);
}
document.addEventListener("htmx:afterSettle", fetchMath);
document.addEventListener("htmx:oobAfterSwap", fetchMath);
fetchMath();
