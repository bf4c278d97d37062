// Pages follow the data. An element with an id says which topics it shows: data-live="queue-3 holder-7". When one of
// them changes it gets the DOM event "alur:changed"; htmx then asks again: hx-trigger="alur:changed, every 30s".
// What left a place ("queue-3/17") or is back ("queue-3/+17") is told at once as the event "alur:moved" (gone.js).
// How soon elements ask again depends on how many pages are open: queues are followed by everybody, and all pages
// together ask only so often (LIVE_ASKS). data-acts: this element asks at once after an own act all the same.
// The script element names the worker and the stream: data-worker, data-events, data-person.
// <html data-live-state> says "open", "waiting" (for the stream) or "polling" (a browser without shared workers).
(() => {
  const { worker, events, person } = document.currentScript.dataset;
  const PAUSE = 250; // ms between two refreshes of one element, however many changes arrive
  const SPREAD = 100; // ms over which elements and browsers spread their requests
  const POLL = 10000; // ms between refreshes while there is no stream
  const root = document.documentElement;
  const plans = new Map(); // id or element -> its last refresh and the coming one
  const askedAt = new Map(); // id -> when it last asked, for whatever reason
  const missed = new Set(); // topics that changed while nobody looked
  let pace = 0; // ms that every page leaves for each of its requests, as the stream says
  const isCommon = (topic) => topic === "*" || topic.startsWith("queue-");

  function refresh(element) {
    const target = element.isConnected ? element : document.getElementById(element.id);
    target?.dispatchEvent(new CustomEvent("alur:changed"));
  }

  // Within so many ms, and then not again for as long; what is urgent does not wait for what is not.
  function schedule(element, within = 0) {
    const key = element.id || element;
    const now = performance.now();
    const plan = plans.get(key) ?? { last: -Infinity };
    if (plan.timer && plan.within <= within) return; // one is coming anyway
    clearTimeout(plan.timer);
    const due = Math.max(now + Math.max(SPREAD, within) * Math.random(), plan.last + Math.max(PAUSE, within));
    plans.set(key, { ...plan, within, timer: setTimeout(run, due - now, element, key, due) });
  }

  function run(element, key, due) {
    plans.set(key, { last: due });
    refresh(element);
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
    if (id) askedAt.set(id, performance.now());
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

  // htmx's own clock ("every 30s") names no event. Among many pages it asks less often.
  document.addEventListener("htmx:configRequest", (event) => {
    const { elt, triggeringEvent } = event.detail;
    if (triggeringEvent || !idOf(elt)) return;
    const parts = document.querySelectorAll("[data-live][id]").length;
    if (performance.now() - (askedAt.get(elt.id) ?? 0) < pace * parts) event.preventDefault();
  });

  function hear(words) {
    const moved = words.filter((word) => word.includes("/"));
    if (moved.length) document.dispatchEvent(new CustomEvent("alur:moved", { detail: moved }));
    changed([...new Set(words.map((word) => word.split("/")[0]))]);
  }

  function changed(topics) {
    if (document.hidden) return topics.forEach((topic) => missed.add(topic));
    const [common, own] = [topics.filter(isCommon), topics.filter((topic) => !isCommon(topic))];
    const parts = [...document.querySelectorAll("[data-live]")];
    const shows = (part, some) => some.includes("*") || part.dataset.live.split(" ").some((topic) => some.includes(topic));
    parts.filter((part) => shows(part, own)).forEach((part) => schedule(part));
    const many = parts.filter((part) => shows(part, common));
    many.forEach((part) => schedule(part, pace * many.length));
  }

  // Who acted sees it at once, however many others will.
  document.addEventListener("acted", () => {
    if (pace) document.querySelectorAll("[data-live][data-acts]").forEach((part) => schedule(part));
  });

  function connect() {
    if (!window.SharedWorker || !worker || !events) return null;
    const { port } = new SharedWorker(worker, { name: `${events}#${person ?? ""}` });
    port.onmessage = ({ data: { state, topics, pace: told } }) => {
      if (state) root.dataset.liveState = state;
      if (told !== undefined) pace = told;
      if (topics?.length) hear(topics);
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
