// Submitting waits for answers that are still only on this device, and names the saves that this device has seen.
(() => {
  const check = document.getElementById("submit");
  const device = quizKeeping(check.dataset.attempt, check.dataset.save);
  const notice = document.getElementById("answer-notice");
  const reloadIf = (all) => { if (all) location.reload(); return all; };

  check.addEventListener("submit", async (event) => {
    device.freshToken(check);
    const entries = device.kept();
    if (entries.length) {
      event.preventDefault();
      if (reloadIf(await device.resend(entries)) || notice.hasChildNodes()) return;
      notice.textContent = "Not submitted: an answer is still only on this device. It is sent again when you press Submit.";
      return;
    }
    Object.entries(device.seen()).forEach(([place, save]) => {
      check.append(Object.assign(document.createElement("input"), { type: "hidden", name: "known", value: `${place}:${save}` }));
    });
    device.unsee();
  });

  document.addEventListener("quiz:time-over", device.submitNow);

  const left = device.kept();
  if (left.length) device.resend(left).then(reloadIf);
})();
