// "Turn on push on this device": asks for permission only when somebody presses, subscribes, and sends what the browser
// gave with the form. Words come from the data-* of the form.
(() => {
  const bytes = (text) => {
    const padded = text
      .padEnd(Math.ceil(text.length / 4) * 4, "=")
      .replaceAll("-", "+")
      .replaceAll("_", "/");
    return Uint8Array.from(atob(padded), (sign) => sign.charCodeAt(0));
  };

  const canPush = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

  async function subscribe(form) {
    if (!canPush) return "unable";
    if ((await Notification.requestPermission()) !== "granted") return "denied";
    await navigator.serviceWorker.register(form.dataset.worker, { scope: "/" });
    const registration = await navigator.serviceWorker.ready;
    const key = bytes(form.dataset.pushKey);
    const was = await registration.pushManager.getSubscription();
    const isOurs = was && String(new Uint8Array(was.options.applicationServerKey ?? [])) === String(key);
    if (was && !isOurs) await was.unsubscribe();
    const subscription = isOurs
      ? was
      : await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    form.elements.subscription.value = JSON.stringify(subscription);
    return "";
  }

  // who cannot have it is not asked for it
  const question = document.querySelector("[data-push-question]");
  if (question) {
    if (!canPush) question.hidden = true;
    navigator.permissions?.query({ name: "notifications" }).then(({ state }) => {
      if (state === "denied") question.hidden = true;
    });
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-push]");
    if (!form) return;
    event.preventDefault();
    const line = form.querySelector("[data-push-says]");
    line.textContent = form.dataset.waits;
    let problem;
    try {
      problem = await subscribe(form);
    } catch {
      problem = "failed";
    }
    line.textContent = problem ? form.dataset[problem] : "";
    if (!problem) form.submit(); // without the guard against a second press, which has seen the first
  });
})();
