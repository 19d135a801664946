// The time left, recomputed from what the server last said; the clock of this device is never asked what time it is.
(() => {
  const clock = document.getElementById("clock");
  if (!clock) return;
  const warning = document.getElementById("time-warning");
  const toggle = document.getElementById("clock-toggle");
  const limit = Number(clock.dataset.limit);
  const steps = [[Math.floor(limit / 2), "Half of your time is over"], [300, "5 minutes left"], [60, "1 minute left"]].filter(([at], index) => at < limit && (index > 0 || at > 300));
  let end = 0, before = Infinity, over = false;

  function read() {
    end = performance.now() + Number(document.getElementById("timer").dataset.seconds) * 1000;
    show();
  }

  function warn(words) {
    const note = document.createElement("div");
    note.className = "notice notice-warn";
    const title = Object.assign(document.createElement("p"), { className: "notice-title", textContent: words });
    const stays = Object.assign(document.createElement("p"), { textContent: "This line stays until you dismiss it. " });
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button-plain button-small", textContent: "Dismiss" });
    button.addEventListener("click", () => { warning.replaceChildren(); document.getElementById("content").focus(); });
    stays.append(button);
    note.append(title, stays);
    warning.replaceChildren(note);
  }

  function show() {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    const words = left >= 60 ? `${Math.floor(left / 60)} min left` : `${left} s left`;
    const shown = document.getElementById("timer-words");
    if (shown.textContent !== words) shown.textContent = words;
    steps.forEach(([at, text]) => { if (left <= at && before > at && before !== Infinity) warn(text); });
    before = left;
    if (left > 0 || over) return;
    over = true;
    document.dispatchEvent(new CustomEvent("quiz:time-over"));
  }

  function ask() {
    if (!document.hidden && !over) htmx.ajax("GET", clock.dataset.poll, { target: "#timer", swap: "outerHTML" });
  }

  function hide(hidden) {
    document.getElementById("timer").hidden = hidden;
    toggle.setAttribute("aria-pressed", String(hidden));
    toggle.firstChild.textContent = hidden ? "Show" : "Hide";
  }

  const store = (() => { try { return window.localStorage; } catch { return null; } })();
  const isHidden = () => toggle.getAttribute("aria-pressed") === "true";
  toggle.hidden = false;
  hide(store?.getItem("quiz-clock") === "hidden");
  toggle.addEventListener("click", () => {
    hide(!isHidden());
    store?.setItem("quiz-clock", isHidden() ? "hidden" : "shown");
  });
  for (const name of ["htmx:oobAfterSwap", "htmx:afterSwap"]) {
    document.addEventListener(name, ({ target }) => { if (target.id === "timer" || target.id === "clock") { read(); hide(isHidden()); } });
  }
  document.addEventListener("visibilitychange", ask);
  setInterval(ask, 10000);
  setInterval(show, 500);
  read();
})();
