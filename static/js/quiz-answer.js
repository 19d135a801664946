// Every tick is saved as it is made (htmx sends the form), kept on this device until the server has it, and sent again
// with growing pauses. Without this file the buttons of the form save.
(() => {
  const form = document.getElementById("answer");
  const question = Number(form.dataset.question);
  const line = document.getElementById("save-line");
  const device = quizKeeping(form.dataset.attempt, form.action);
  const random = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const tab = random(); // one for each time the page is loaded: a duplicated tab is another tab
  let n = 0, base = Number(form.dataset.base), pending = null, wait = 0, timer = 0, leaving = false;

  function say(state) {
    if (line.dataset.state === state) return;
    line.dataset.state = state;
    line.replaceChildren(document.getElementById(`words-${state}`).content.cloneNode(true));
  }

  function remember() {
    pending = { question, option: new FormData(form).getAll("option"), tab, n: ++n, base, request_id: random() };
    device.keep(pending);
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (pending && wait === 0) say("saving");
      again(); // a tick made before htmx was ready, or whose request was lost on the way
    }, 200);
  }

  function later(state) {
    say(state);
    wait = Math.min(30, wait * 2 || 2);
    clearTimeout(timer);
    timer = setTimeout(again, (wait + Math.random()) * 1000);
  }

  function again() {
    clearTimeout(timer);
    if (!pending || pending.refused || form.hasAttribute("aria-busy")) return;
    if (window.htmx) htmx.trigger(form, "resend");
    else say("stopped");
  }

  function done() {
    pending = null;
    device.forget(question);
  }

  async function flush(seconds) {
    for (let tenth = 0; pending && !pending.refused && tenth < seconds * 10; tenth += 1) {
      if (tenth % 20 === 0) again();
      await new Promise((passed) => { setTimeout(passed, 100); });
    }
  }

  // --- what htmx sends, and what comes of it
  form.addEventListener("change", (event) => { if (event.target.name === "option") remember(); });
  form.addEventListener("htmx:configRequest", (event) => {
    if (event.target !== form) return;
    if (!pending) remember();
    pending.base = base;
    delete event.detail.parameters.csrfmiddlewaretoken;
    Object.assign(event.detail.parameters, { tab, n: pending.n, base, request_id: pending.request_id });
  });
  form.addEventListener("quiz:saved", ({ detail }) => {
    base = detail.save;
    wait = 0;
    device.saw(question, detail.save);
    line.dataset.state = "saved";
    if (!pending || detail.n < pending.n) return;
    done();
    device.notice.replaceChildren();
  });
  form.addEventListener("htmx:sendError", (event) => { if (event.target === form) later("offline"); });
  form.addEventListener("htmx:timeout", (event) => { if (event.target === form) later("failed"); });
  form.addEventListener("htmx:responseError", ({ target, detail: { xhr } }) => {
    if (target !== form) return;
    if (xhr.status >= 500 || xhr.status === 429) { later("failed"); return; }
    clearTimeout(timer);
    say("stopped");
    device.refused(pending, xhr.status, xhr.responseText);
    if (pending && device.final(xhr.status)) pending.refused = true; // the same answer again would be refused again
  });

  // --- leaving the page waits for the tick that is on its way
  form.addEventListener("submit", (event) => {
    if (pending && wait > 0) { event.preventDefault(); again(); return; }
    if (event.submitter?.name === "none") form.querySelectorAll("[name=option]").forEach((box) => { box.checked = false; });
    Object.entries({ tab, n: ++n, base, request_id: random() }).forEach(([name, value]) => { form.elements[name].value = value; });
    device.freshToken(form);
    leaving = true;
  });
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    if (!link || link.target || !pending || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (device.notice.contains(link)) { done(); return; }
    event.preventDefault();
    await flush(3);
    location.href = link.href;
  });
  device.notice.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("beforeunload", (event) => { if (pending && !leaving) event.preventDefault(); });
  document.addEventListener("quiz:time-over", async () => {
    await flush(20);
    leaving = true;
    device.submitNow();
  });

  // --- coming back: to the network, to the window, to the page
  window.addEventListener("online", again);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) again(); });
  document.addEventListener("DOMContentLoaded", () => { // a tick made while the page was still loading
    if (Array.from(form.querySelectorAll("[name=option]")).some((box) => box.checked !== box.defaultChecked)) remember();
  });
  if (document.referrer.includes(form.dataset.attempt)) document.getElementById("stem").focus({ preventScroll: true });
  const left = device.kept();
  if (left.length) {
    device.resend(left).then((all) => {
      if (!left.some((entry) => entry.question === question)) return;
      if (all) location.reload();
      else say("stopped");
    });
  }
})();
