// Every tick is saved as it is made (htmx sends the form of its question), kept on this device until the server has it,
// and sent again with growing pauses. Without this file the buttons of the forms save.
(() => {
  const forms = Array.from(document.querySelectorAll("form[data-question]"));
  const device = quizKeeping(forms[0].dataset.attempt, forms[0].action);
  const random = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const tab = random(); // one for each time the page is loaded: a duplicated tab is another tab
  let leaving = false;

  function takeAnswers(form) {
    const question = Number(form.dataset.question), part = form.dataset.part;
    const line = document.getElementById(`save-line${part}`);
    let n = 0, base = Number(form.dataset.base), pending = null, wait = 0, timer = 0;

    function say(state) {
      if (line.dataset.state === state) return;
      line.dataset.state = state;
      line.replaceChildren(document.getElementById(`words-${state}`).content.cloneNode(true));
    }

    function soon(milliseconds) {
      clearTimeout(timer);
      timer = setTimeout(again, milliseconds);
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
      soon((wait + Math.random()) * 1000);
    }

    function again() {
      clearTimeout(timer);
      if (!pending || pending.refused || form.hasAttribute("aria-busy")) return;
      if (window.htmx) htmx.trigger(form, "resend");
      else say("stopped");
    }

    // "None of these is right" is an answer, which no tick can say; "Save" beside other questions saves what is ticked.
    function saveHere(none) {
      if (none) form.querySelectorAll("[name=option]").forEach((box) => { box.checked = false; });
      remember();
    }

    function goOn() {
      Object.entries({ tab, n: ++n, base, request_id: random() }).forEach(([name, value]) => { form.elements[name].value = value; });
      device.freshToken(form);
      leaving = true;
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
      if (!pending) return;
      if (detail.n < pending.n) { soon(100); return; } // what was changed meanwhile is on its way, or goes now
      document.getElementById(`blank${part}`)?.toggleAttribute("hidden", pending.option.length > 0);
      pending = null;
      device.forget(question);
      device.notice(question).replaceChildren();
    });
    form.addEventListener("htmx:sendError", (event) => { if (event.target === form) later("offline"); });
    form.addEventListener("htmx:timeout", (event) => { if (event.target === form) later("failed"); });
    form.addEventListener("htmx:responseError", ({ target, detail: { xhr } }) => {
      if (target !== form) return;
      if (xhr.status >= 500 || xhr.status === 429) { later("failed"); return; }
      clearTimeout(timer);
      say("stopped");
      device.refused(question, pending, xhr.status, xhr.responseText);
      if (pending && device.final(xhr.status)) pending.refused = true; // the same answer again would be refused again
    });

    form.addEventListener("submit", (event) => {
      const none = event.submitter?.name === "none";
      if (window.htmx && (none || part)) { event.preventDefault(); saveHere(none); return; }
      if (pending && wait > 0) { event.preventDefault(); again(); return; }
      goOn();
    });
    document.addEventListener("DOMContentLoaded", () => { // a tick made while the page was still loading
      if (Array.from(form.querySelectorAll("[name=option]")).some((box) => box.checked !== box.defaultChecked)) remember();
    });
    if (window.htmx) document.getElementById(`save${part}`)?.toggleAttribute("hidden", true); // every tick is saved by itself

    const waits = () => Boolean(pending);
    const refused = () => Boolean(pending?.refused);
    const drop = () => { pending = null; device.forget(question); };
    return { question, say, again, waits, refused, drop };
  }

  const answers = forms.map(takeAnswers);
  const again = () => answers.forEach((answer) => answer.again());

  async function flush(seconds) {
    for (let tenth = 0; answers.some((answer) => answer.waits() && !answer.refused()) && tenth < seconds * 10; tenth += 1) {
      if (tenth % 20 === 0) again();
      await new Promise((passed) => { setTimeout(passed, 100); });
    }
  }

  // --- leaving the page waits for the ticks that are on their way
  function go(address) {
    const stays = address.split("#")[0] === location.href.split("#")[0];
    location.href = address;
    if (stays) location.reload(); // else only the place on the page would change, and not the ticks
  }

  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    if (!link || link.target || !link.protocol.startsWith("http") || link.getAttribute("href").startsWith("#") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const told = answers.find((answer) => device.notice(answer.question).contains(link));
    if (told?.refused()) told.drop(); // the other answer is the one to keep
    else if (told) leaving = true; // what was not looked at yet stays on this device and is sent again
    if (!told && !answers.some((answer) => answer.waits())) return;
    event.preventDefault();
    if (!leaving) await flush(3);
    go(link.href);
  });
  document.addEventListener("submit", async (event) => { // a choice made in a notice leaves the page
    if (leaving || !event.target.closest("[role=alert]")) return;
    event.preventDefault();
    answers.find((answer) => device.notice(answer.question).contains(event.target)).drop();
    await flush(3);
    leaving = true;
    event.target.submit();
  });
  window.addEventListener("beforeunload", (event) => { if (!leaving && answers.some((answer) => answer.waits())) event.preventDefault(); });
  document.addEventListener("quiz:time-over", async () => {
    await flush(20);
    leaving = true;
    device.submitNow();
  });

  // The reply names parts that this page has not got: the quiz has another layout by now.
  document.addEventListener("htmx:oobErrorNoTarget", () => { leaving = true; location.reload(); });

  // --- coming back: to the network, to the window, to the page
  window.addEventListener("online", again);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) again(); });
  if (document.referrer.includes(forms[0].dataset.attempt) && !location.hash) document.getElementById("stem")?.focus({ preventScroll: true });
  const left = device.kept();
  if (left.length) {
    device.resend(left).then((all) => {
      const here = answers.filter((answer) => left.some((entry) => entry.question === answer.question));
      if (all && here.length) location.reload();
      else here.forEach((answer) => answer.say("stopped"));
    });
  }
})();
