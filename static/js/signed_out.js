// A page whose session has ended stays as it is. The bar (_parts/signed_out.html) offers the sign-in in a new tab; afterwards
// this page takes the new token over, says what is not saved yet, and its live parts ask again.
// In:   "signed-out", which an answer carries when it found no session or an old token (config/kept/middleware.py);
//       messages of other tabs in which somebody is signed in; the page being looked at again. The settings have no parts
//       that would find out (data-asks): they ask when they are looked at again, at most every half minute.
// Nothing is ever sent again by itself.
(() => {
  const bar = document.getElementById("signed-out");
  if (!bar) return;
  const { state, person, again, unsent, asks } = bar.dataset;
  const PAUSE = 30000; // milliseconds
  let isOut = false;
  let waiting = null; // whose request was refused
  let asking = false;
  let askedAt = -PAUSE;

  document.addEventListener("signed-out", ask);
  document.addEventListener("htmx:responseError", ({ detail: { elt, requestConfig, xhr } }) => {
    const isRefused = xhr.getResponseHeader("HX-Trigger")?.includes("signed-out");
    if (isRefused && requestConfig.verb !== "get") waiting = elt;
  });
  document.addEventListener("htmx:configRequest", (event) => {
    if (navigator.userActivation?.isActive) event.detail.headers["Alur-Used"] = "1"; // config/web/use.py
    if (isOut && event.detail.verb === "get" && event.detail.elt.matches("[data-live]")) event.preventDefault();
  });

  const tabs = window.BroadcastChannel ? new BroadcastChannel("alur-signed-in") : null;
  tabs?.postMessage(person);
  tabs?.addEventListener("message", () => isOut && ask());
  const isWanted = () => isOut || (asks && performance.now() - askedAt > PAUSE);
  window.addEventListener("focus", () => isWanted() && ask());
  document.addEventListener("visibilitychange", () => !document.hidden && isWanted() && ask());

  async function ask() {
    if (asking) return;
    asking = true;
    askedAt = performance.now();
    try {
      const answer = await fetch(state, { cache: "no-store" });
      if (answer.ok) hear(await answer.json());
    } catch {
      // offline: toasts.js says so, and the next event asks again
    } finally {
      asking = false;
    }
  }

  function hear({ person: now, token }) {
    if (now === null) return show("nobody");
    if (String(now) !== person) return show("other");
    renew(token);
    if (isOut || waiting || !asks) goOn();
  }

  function show(who) {
    isOut = true;
    for (const each of bar.querySelectorAll("[data-when]")) each.hidden = each.dataset.when !== who;
    bar.hidden = false;
  }

  function renew(token) {
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
    for (const each of document.querySelectorAll("[name=csrfmiddlewaretoken]")) each.value = token;
  }

  function goOn() {
    const text = [isOut && again, waiting && unsent].filter(Boolean).join(" ");
    document.dispatchEvent(new CustomEvent("toast", { detail: { text, level: waiting ? "warning" : "success" } }));
    isOut = false;
    bar.hidden = true;
    const button = waiting?.matches("form") ? waiting.querySelector("button:not([type=button])") : waiting;
    waiting?.closest("details")?.setAttribute("open", ""); // the press on the bar has closed its menu
    button?.focus({ preventScroll: true });
    waiting = null;
    for (const part of document.querySelectorAll("[data-live]")) part.dispatchEvent(new CustomEvent("alur:changed"));
  }
})();
