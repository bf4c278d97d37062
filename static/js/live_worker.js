// A shared worker: it holds one stream for all tabs of a person, because browsers allow only six connections to a server
// over HTTP/1.1. Its name is the address of the stream.
//
// From the server (config/live/stream.py), as server-sent events:
//   data: queue-3 holder-7    topics that changed, "*" for anything (config/live/messages.py)
//   data: queue-3/17          entry 17 was removed from queue 3;  queue-3/+17  it was restored
//   event: pace, data: 800    from now on a page leaves 800 ms for each of its requests: more, the more streams are open
//   : still here              a comment every 15 s keeps proxies from closing the stream; the browser drops it
//   After some minutes the server ends the stream, the browser connects again, and rights are checked again.
// To every tab (live.js), as messages:
//   {state: "waiting" | "open"}      the stream
//   {topics: ["queue-3", ...], pace} what changed; to a new tab also what changed in the last seconds
// From a tab: any message means that it leaves.
const REMEMBERED = 10000; // ms: longer than a page takes from being rendered to listening
const LATER = 30000; // ms until the next try after a refusal (signed out, or a server without live updates)
const tabs = new Set();
const changedAt = new Map(); // word -> when it arrived
let stream = null;
let state = "waiting";
let lost = false;
let pace = 0; // ms

const tell = (message) => tabs.forEach((tab) => tab.postMessage(message));

function enter(next) {
  state = next;
  tell({ state });
}

function changed(topics) {
  const now = Date.now();
  for (const topic of topics) {
    changedAt.delete(opposite(topic));
    changedAt.set(topic, now);
  }
  tell({ topics, pace });
}

function opposite(topic) {
  return topic.includes("/+") ? topic.replace("/+", "/") : topic.replace("/", "/+");
}

function recently() {
  const limit = Date.now() - REMEMBERED;
  changedAt.forEach((at, topic) => at < limit && changedAt.delete(topic));
  return [...changedAt.keys()];
}

function listen() {
  const mine = new EventSource(self.name);
  stream = mine;
  mine.onopen = () => {
    enter("open");
    if (lost) changed(["*"]); // whatever happened in between was missed
    lost = false;
  };
  mine.addEventListener("pace", (event) => {
    pace = Number(event.data) || 0;
  });
  mine.onmessage = (event) => changed(event.data.split(" "));
  mine.onerror = () => {
    lost = true;
    enter("waiting");
    if (mine.readyState === EventSource.CLOSED) setTimeout(() => mine === stream && listen(), LATER);
  };
}

function leave(tab) {
  tabs.delete(tab);
  if (tabs.size) return;
  stream?.close();
  stream = null;
  state = "waiting";
}

self.onconnect = ({ ports: [tab] }) => {
  tabs.add(tab);
  tab.onmessage = () => leave(tab);
  tab.postMessage({ state, topics: recently(), pace });
  if (!stream) listen();
};
