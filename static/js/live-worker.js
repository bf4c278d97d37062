// One stream for all tabs of this person: browsers allow only six connections per server over HTTP/1.1.
// The worker's name is the stream's address. It repeats the news to every tab: changed topics, "*" meaning "anything",
// and what left a topic's place ("queue-3/17") or is back there ("queue-3/+17"); and the pace.
const REMEMBERED = 10000; // ms: longer than a page takes from being rendered to listening
const LATER = 30000; // ms until the next try after a refusal (signed out, or a server without live updates)
const tabs = new Set();
const changedAt = new Map();
let stream = null;
let state = "waiting";
let lost = false;
let pace = 0; // ms that a page leaves for each of its requests: more, the more streams are open

const tell = (message) => tabs.forEach((tab) => tab.postMessage(message));
const enter = (next) => tell({ state: (state = next) });

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
  const mine = (stream = new EventSource(self.name));
  mine.onopen = () => {
    enter("open");
    if (lost) changed(["*"]); // whatever happened meanwhile was missed
    lost = false;
  };
  mine.addEventListener("pace", (event) => (pace = Number(event.data) || 0));
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
