// What the pages of an attempt share: answers stay on this device until the server has them, and are sent again as they
// were. A browser that keeps nothing still has the page itself.
function quizKeeping(attempt, url) {
  const prefix = `quiz:${attempt}:`;
  const store = deviceStore();

  const keep = (entry) => store?.setItem(prefix + entry.question, JSON.stringify(entry));
  const forget = (place) => store?.removeItem(prefix + place);
  const kept = () => Object.keys(store || {}).filter((key) => key.startsWith(prefix) && !key.endsWith("seen")).map((key) => JSON.parse(store.getItem(key)));

  // The save numbers this device has seen: a submit names them, and the server says which it has not got.
  const seen = () => JSON.parse(store?.getItem(`${prefix}seen`) || "{}");
  const saw = (place, save) => store?.setItem(`${prefix}seen`, JSON.stringify({ ...seen(), [place]: save }));
  const unsee = () => store?.removeItem(`${prefix}seen`);

  // Where all questions are on one page, each has a notice of its own.
  const notice = (place) => document.getElementById(`answer-notice-${place}`) || document.getElementById("answer-notice");

  // A page that was open while somebody signed in again has an old token; the cookie has the new one.
  const freshToken = (form) => { form.elements.csrfmiddlewaretoken.value = csrfToken(); };

  // The server has looked at the answer and does not take it: another try changes nothing.
  const final = (status) => [409, 422].includes(status);

  // The server took no answer and says why. What it has in its own log need not stay on this device after signing out.
  function refused(place, entry, status, text) {
    if (entry && final(status)) keep({ ...entry, refused: true });
    const words = document.getElementById("notice-refused");
    if ([401, 409, 422].includes(status)) notice(place).innerHTML = text;
    else if (words) notice(place).replaceChildren(words.content.cloneNode(true));
  }

  async function sendAgain(entry) {
    const { option, refused: told, ...ids } = entry;
    const body = new URLSearchParams(ids);
    option.forEach((one) => body.append("option", one));
    const headers = { "X-CSRFToken": csrfToken(), "HX-Request": "true" };
    const reply = await fetch(url, { method: "POST", headers, body }).catch(() => null);
    if (reply?.ok) forget(entry.question);
    else if (reply && reply.status < 500) refused(entry.question, entry, reply.status, await reply.text());
    return Boolean(reply?.ok);
  }

  // What an earlier page could not send goes out as it was: the same request id changes nothing if it did arrive.
  async function resend(entries) {
    let all = true;
    for (const entry of entries) all = await sendAgain(entry) && all;
    return all;
  }

  function submitNow() {
    unsee();
    const over = document.getElementById("time-over");
    freshToken(over);
    over.submit();
  }

  // A form inside a notice settles its question: what this device kept for it is decided there.
  document.addEventListener("submit", ({ target }) => {
    if (target.closest("[role=alert]")) forget(target.elements.question.value);
  });

  return { notice, keep, forget, kept, seen, saw, unsee, freshToken, final, refused, resend, submitNow };
}
