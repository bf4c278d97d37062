// Pages follow the data. This script decides when a live part asks the server for itself again.
//
// A live part:  <section id="mine" data-live="queue-3 holder-7" hx-get="..." hx-trigger="alur:changed, every 30s">
//   data-live   the topics that it shows
//   data-acts   it asks at once after an act of its own page, however many pages are open
// In:   messages of the shared worker (live_worker.js names them), passed on from the server's stream;
//       "acted" on the document: the person of this page did something (an answer's HX-Trigger header, or desk.js);
//       "alur:decided" on the document: an escalation was decided, so answers under way are old.
// Out:  "alur:changed" on a live part: htmx asks for it again. clocks.js and swaps.js send it too;
//       "alur:moved" on the document, detail ["queue-3/17", "queue-3/+17"]: entries that left or are back (live_remove.js);
//       <html data-live-state>: "open", "waiting" (for the stream) or "polling" (a browser without shared workers).
//
// How soon a part asks depends on how many pages are open: everybody follows queues, and all pages together ask only so
// often (LIVE_ASKS). Without a stream every part asks every 10 s; a hidden page asks for messages only.
// The script element names the worker, the stream and the person: data-worker, data-events, data-person.
(() => {
  const { worker, events, person } = document.currentScript.dataset;
  const PAUSE = 250; // ms between two refreshes of one element, however many changes arrive
  const SPREAD = 100; // ms over which elements and browsers spread their requests
  const POLL = 10000; // ms between refreshes while there is no stream
  const root = document.documentElement;
  const plans = new Map(); // id or element -> its last refresh and the coming one
  const askedAt = new Map(); // id -> when it last asked, for whatever reason
  const missed = new Set(); // topics that changed while the page was hidden
  let pace = 0; // ms that every page leaves for each of its requests, as the stream says
  const isHeard = (topic) => topic.startsWith("inbox-"); // its message may ask for a sound, also from a hidden page
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

  // A part may hear of a change while its own request is under way, or before htmx has settled the answer. It hears of it again
  // afterwards, because htmx forgets what it queued for an element that has been replaced since.
  const SETTLED = 60; // ms after a request until the new element listens
  const asking = new Map(); // id of a part with a request under way -> was there a change since?
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

  document.addEventListener(
    "alur:changed",
    (event) => {
      if (!asking.has(event.target.id)) return;
      asking.set(event.target.id, true);
      event.stopImmediatePropagation();
    },
    true,
  );
  document.addEventListener("alur:decided", () => asking.forEach((_was, id) => asking.set(id, true)), true);

  // The answer to a form that a refresh has replaced in between: htmx sends its events (a toast, "acted") to that form,
  // which is no longer on the page, so they are sent to the page.
  const heard = new WeakSet();
  document.addEventListener("htmx:beforeOnLoad", ({ detail: { xhr } }) => heard.add(xhr));

  function pass(xhr) {
    const carried = JSON.parse(xhr.getResponseHeader("HX-Trigger") || "{}");
    for (const [name, detail] of Object.entries(carried)) {
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
    if (document.hidden) {
      topics.filter((topic) => !isHeard(topic)).forEach((topic) => missed.add(topic));
      topics = topics.filter(isHeard);
    }
    const [common, own] = [topics.filter(isCommon), topics.filter((topic) => !isCommon(topic))];
    const parts = [...document.querySelectorAll("[data-live]")];
    const shows = (part, some) =>
      some.includes("*") || part.dataset.live.split(" ").some((topic) => some.includes(topic));
    parts.filter((part) => shows(part, own)).forEach((part) => schedule(part));
    const many = parts.filter((part) => shows(part, common));
    many.forEach((part) => schedule(part, pace * many.length));
  }

  // The person who acted sees it at once, however many others follow the same topic.
  document.addEventListener("acted", () => {
    if (pace) document.querySelectorAll("[data-live][data-acts]").forEach((part) => schedule(part));
  });

  function connect() {
    if (!window.SharedWorker || !worker || !events) return null;
    const { port } = new SharedWorker(worker, { name: `${events}#${person ?? ""}` });
    port.onmessage = ({ data: { state, topics, pace: newPace } }) => {
      if (state) root.dataset.liveState = state;
      if (newPace !== undefined) pace = newPace;
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
