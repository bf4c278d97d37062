// Pages follow the data. An element with an id says which topics it shows: data-live="queue-3 holder-7". When one of
// them changes it gets the DOM event "alur:changed"; htmx then asks again: hx-trigger="alur:changed, every 30s".
// The script element names the worker and the stream: data-worker, data-events, data-person.
// <html data-live-state> says "open", "waiting" (for the stream) or "polling" (a browser without shared workers).
(() => {
  const { worker, events, person } = document.currentScript.dataset;
  const PAUSE = 250; // ms between two refreshes of one element, however many changes arrive
  const SPREAD = 100; // ms over which elements and browsers spread their requests
  const POLL = 10000; // ms between refreshes while there is no stream
  const root = document.documentElement;
  const next = new Map(); // id or element -> when its coming or last refresh is due
  const missed = new Set(); // topics that changed while nobody looked

  function refresh(element) {
    const target = element.isConnected ? element : document.getElementById(element.id);
    target?.dispatchEvent(new CustomEvent("alur:changed"));
  }

  function schedule(element) {
    const key = element.id || element;
    const now = performance.now();
    const last = next.get(key) ?? -PAUSE;
    if (last > now) return; // one is coming anyway
    const due = Math.max(now + SPREAD * Math.random(), last + PAUSE);
    next.set(key, due);
    setTimeout(refresh, due - now, element);
  }

  // Whoever is told while its own request is under way, or before htmx has settled what that brought, is told again
  // afterwards: htmx forgets what it queued for an element that was replaced meanwhile.
  const SETTLED = 60; // ms after a request until the new element listens
  const asking = new Map(); // id -> told meanwhile?
  const idOf = (element) => element?.matches?.("[data-live][id]") && element.id;

  // By the end of the request itself: htmx says nothing of one whose element another swap has taken away.
  document.addEventListener("htmx:beforeSend", ({ detail: { elt, xhr } }) => {
    const id = idOf(elt);
    if (id) asking.set(id, false);
    xhr.addEventListener("loadend", () => {
      if (!heard.has(xhr)) pass(xhr);
      if (id) setTimeout(listenAgain, SETTLED, elt);
    });
  });

  function listenAgain(element) {
    const again = asking.get(element.id);
    asking.delete(element.id);
    if (again) refresh(element);
  }

  document.addEventListener("alur:changed", (event) => {
    if (!asking.has(event.target.id)) return;
    asking.set(event.target.id, true);
    event.stopImmediatePropagation();
  }, true);
  document.addEventListener("alur:decided", () => asking.forEach((_told, id) => asking.set(id, true)), true);

  // The answer to a form that a refresh has replaced meanwhile: htmx tells what it says (a toast, "acted") to the form,
  // which stands nowhere any more, so it is told to the page.
  const heard = new WeakSet();
  document.addEventListener("htmx:beforeOnLoad", ({ detail: { xhr } }) => heard.add(xhr));

  function pass(xhr) {
    const told = JSON.parse(xhr.getResponseHeader("HX-Trigger") || "{}");
    for (const [name, detail] of Object.entries(told)) {
      document.body.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
    }
  }

  function changed(topics) {
    if (document.hidden) return topics.forEach((topic) => missed.add(topic));
    const all = topics.includes("*");
    for (const element of document.querySelectorAll("[data-live]")) {
      const shown = element.dataset.live.split(" ");
      if (all || topics.some((topic) => shown.includes(topic))) schedule(element);
    }
  }

  function connect() {
    if (!window.SharedWorker || !worker || !events) return null;
    const { port } = new SharedWorker(worker, { name: `${events}#${person ?? ""}` });
    port.onmessage = ({ data: { state, topics } }) => {
      if (state) root.dataset.liveState = state;
      if (topics?.length) changed(topics);
    };
    return port;
  }

  let port = connect();
  root.dataset.liveState = port ? "waiting" : "polling";

  setInterval(() => root.dataset.liveState !== "open" && changed(["*"]), POLL);
  window.addEventListener("pagehide", () => port?.postMessage("leaving"));
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return; // only when back from the browser's memory of pages
    port = connect();
    changed(["*"]);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || !missed.size) return;
    changed([...missed]);
    missed.clear();
  });
})();
