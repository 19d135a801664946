// Every tick is saved as it is made (htmx sends the form), kept on this device until the server has it, and sent again
// with growing pauses. Without this file the buttons of the form save.
(() => {
  const form = document.getElementById("answer");
  const check = document.getElementById("submit");
  if (!form && !check) return;
  const attempt = (form || check).dataset.attempt;
  const url = form ? form.action : check.dataset.save;
  const question = form ? Number(form.dataset.question) : 0;
  const line = document.getElementById("save-line");
  const notice = document.getElementById("answer-notice");
  const random = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const tab = random(); // one for each time the page is loaded: a duplicated tab is another tab
  let n = 0, base = form ? Number(form.dataset.base) : 0, pending = null, wait = 0, timer = 0, leaving = false;

  // --- what is kept on this device; a browser that keeps nothing still has the page itself
  const prefix = `quiz:${attempt}:`;
  const store = (() => { try { return window.localStorage; } catch { return null; } })();
  const keep = (entry) => store?.setItem(prefix + entry.question, JSON.stringify(entry));
  const forget = (place) => store?.removeItem(prefix + place);
  const kept = () => Object.keys(store || {}).filter((key) => key.startsWith(prefix) && !key.endsWith("seen")).map((key) => JSON.parse(store.getItem(key)));
  const seen = () => JSON.parse(store?.getItem(`${prefix}seen`) || "{}");
  const saw = (place, save) => store?.setItem(`${prefix}seen`, JSON.stringify({ ...seen(), [place]: save }));

  function say(state) {
    if (!line || line.dataset.state === state) return;
    line.dataset.state = state;
    line.replaceChildren(document.getElementById(`words-${state}`).content.cloneNode(true));
  }

  function remember() {
    pending = { question, option: new FormData(form).getAll("option"), tab, n: ++n, base, request_id: random() };
    keep(pending);
    setTimeout(() => {
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
    if (!pending || form.hasAttribute("aria-busy")) return;
    if (window.htmx) htmx.trigger(form, "resend");
    else say("stopped");
  }

  function refused(status, text) {
    if (form) say("stopped");
    if ([401, 409, 422].includes(status)) notice.innerHTML = text;
    else notice.replaceChildren(document.getElementById("notice-refused").content.cloneNode(true));
  }

  // What an earlier page could not send goes out as it was: the same request id changes nothing if it did arrive.
  async function resendKept(entries) {
    let all = true;
    for (const { option, ...ids } of entries) {
      const body = new URLSearchParams(ids);
      option.forEach((one) => body.append("option", one));
      const headers = { "X-CSRFToken": csrfToken(), "HX-Request": "true" };
      const reply = await fetch(url, { method: "POST", headers, body }).catch(() => null);
      if (reply?.ok) forget(ids.question);
      else if (reply && reply.status < 500) refused(reply.status, await reply.text());
      all = all && Boolean(reply?.ok);
    }
    return all;
  }

  async function flush(seconds) {
    for (let tenth = 0; pending && tenth < seconds * 10; tenth += 1) {
      if (tenth % 20 === 0) again();
      await new Promise((done) => { setTimeout(done, 100); });
    }
    return !pending;
  }

  // A page that was open while somebody signed in again has an old token; the cookie has the new one.
  const freshToken = (target) => { target.elements.csrfmiddlewaretoken.value = csrfToken(); };

  if (form) {
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
      saw(question, detail.save);
      line.dataset.state = "saved";
      if (!pending || detail.n < pending.n) return;
      pending = null;
      forget(question);
      notice.replaceChildren();
    });
    form.addEventListener("htmx:sendError", (event) => { if (event.target === form) later("offline"); });
    form.addEventListener("htmx:timeout", (event) => { if (event.target === form) later("failed"); });
    form.addEventListener("htmx:responseError", ({ target, detail: { xhr } }) => {
      if (target !== form) return;
      if (xhr.status >= 500 || xhr.status === 429) later("failed");
      else refused(xhr.status, xhr.responseText);
    });
    form.addEventListener("submit", (event) => {
      if (pending && wait > 0) { event.preventDefault(); again(); return; }
      if (event.submitter?.name === "none") form.querySelectorAll("[name=option]").forEach((box) => { box.checked = false; });
      Object.entries({ tab, n: ++n, base, request_id: random() }).forEach(([name, value]) => { form.elements[name].value = value; });
      freshToken(form);
      leaving = true;
    });
    // Leaving for another page of the attempt waits for the tick that is on its way.
    document.addEventListener("click", async (event) => {
      const link = event.target.closest("a[href]");
      if (!link || link.target || !pending || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (notice.contains(link)) { pending = null; forget(question); return; }
      event.preventDefault();
      await flush(3);
      location.href = link.href;
    });
    window.addEventListener("online", again);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) again(); });
    window.addEventListener("beforeunload", (event) => { if (pending && !leaving) event.preventDefault(); });
    // A tick made while the page was still loading.
    document.addEventListener("DOMContentLoaded", () => {
      if (Array.from(form.querySelectorAll("[name=option]")).some((box) => box.checked !== box.defaultChecked)) remember();
    });
    if (document.referrer.includes(attempt)) document.getElementById("stem").focus({ preventScroll: true });
  }
  notice.addEventListener("submit", () => { leaving = true; kept().forEach((entry) => forget(entry.question)); });

  const left = kept();
  if (left.length) resendKept(left).then((all) => { if (all && (check || left.some((entry) => entry.question === question))) location.reload(); });

  check?.addEventListener("submit", async (event) => {
    freshToken(check);
    const entries = kept();
    if (entries.length) {
      event.preventDefault();
      if (await resendKept(entries)) location.reload();
      else if (!notice.hasChildNodes()) notice.textContent = "Not submitted: an answer is still only on this device. It is sent again when you press Submit.";
      return;
    }
    Object.entries(seen()).forEach(([place, save]) => {
      const known = Object.assign(document.createElement("input"), { type: "hidden", name: "known", value: `${place}:${save}` });
      check.append(known);
    });
    store?.removeItem(`${prefix}seen`);
  });

  document.addEventListener("quiz:time-over", async () => {
    if (form) await flush(20);
    leaving = true;
    store?.removeItem(`${prefix}seen`);
    const over = document.getElementById("time-over");
    freshToken(over);
    over.submit();
  });
})();
