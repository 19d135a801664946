// The time left, recomputed from what the server last said; the clock of this device is never asked what time it is.
(() => {
  const clock = document.getElementById("clock");
  const warning = document.getElementById("time-warning");
  const toggle = document.getElementById("clock-toggle");
  let end = Infinity, ends = null, steps = [], before = Infinity, over = false;

  function read() {
    const timer = document.getElementById("timer"), { seconds, limit } = timer.dataset;
    const changed = ends !== null && ends !== timer.dataset.ends;
    ends = timer.dataset.ends;
    end = seconds === undefined ? Infinity : performance.now() + Number(seconds) * 1000;
    steps = [[Math.floor(limit / 2), "Half of your time is over"], [300, "5 minutes left"], [60, "1 minute left"]].filter(([at], index) => at < limit && (index > 0 || at > 300));
    toggle.hidden = end === Infinity;
    hide(isHidden());
    if (changed) {
      before = Infinity;
      warn(end === Infinity ? "Your time was changed: there is no time limit any more" : `Your time was changed: this attempt ${timer.querySelector("span").textContent} now`);
    }
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

  const secondsLeft = () => Math.max(0, Math.ceil((end - performance.now()) / 1000));

  function inWords(left) {
    if (left < 60) return `${left} s left`;
    if (left < 7200) return `${Math.floor(left / 60)} min left`;
    if (left < 172800) return `${Math.floor(left / 3600)} h ${Math.floor(left / 60) % 60} min left`;
    return `${Math.floor(left / 86400)} days left`;
  }

  function show() {
    if (end === Infinity) return;
    const left = secondsLeft(), words = inWords(left);
    const shown = document.getElementById("timer-words");
    if (shown.textContent !== words) shown.textContent = words;
    steps.forEach(([at, text]) => { if (left <= at && before > at && before !== Infinity) warn(text); });
    before = left;
    if (left > 0 || over) return;
    over = true;
    document.dispatchEvent(new CustomEvent("quiz:time-over"));
  }

  // The page says what it knows; the server answers only where something else is true.
  function ask() {
    const known = new URLSearchParams({ ends, left: end === Infinity ? "" : secondsLeft() });
    if (!document.hidden && !over) htmx.ajax("GET", `${clock.dataset.poll}?${known}`, { target: "#timer", swap: "outerHTML" });
  }

  function hide(hidden) {
    document.getElementById("timer").hidden = hidden && end !== Infinity;
    toggle.setAttribute("aria-pressed", String(hidden));
    toggle.firstChild.textContent = hidden ? "Show" : "Hide";
  }

  const store = deviceStore();
  const isHidden = () => toggle.getAttribute("aria-pressed") === "true";
  hide(store?.getItem("quiz-clock") === "hidden");
  toggle.addEventListener("click", () => {
    hide(!isHidden());
    store?.setItem("quiz-clock", isHidden() ? "hidden" : "shown");
  });
  for (const name of ["htmx:oobAfterSwap", "htmx:afterSwap"]) {
    document.addEventListener(name, ({ target }) => { if (target.id === "timer" || target.id === "clock") read(); });
  }
  document.addEventListener("visibilitychange", ask);
  setInterval(ask, 10000);
  setInterval(show, 500);
  read();
})();
