// One stream for all tabs of this person: browsers allow only six connections per server over HTTP/1.1.
// The worker's name is the stream's address. It repeats changed topics to every tab, "*" meaning "anything".
const REMEMBERED = 10000; // ms: longer than a page takes from being rendered to listening
const LATER = 30000; // ms until the next try after a refusal (signed out, or a server without live updates)
const tabs = new Set();
const changedAt = new Map();
let stream = null;
let state = "waiting";
let lost = false;

const tell = (message) => tabs.forEach((tab) => tab.postMessage(message));
const enter = (next) => tell({ state: (state = next) });

function changed(topics) {
  const now = Date.now();
  topics.forEach((topic) => changedAt.set(topic, now));
  tell({ topics });
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
  tab.postMessage({ state, topics: recently() });
  if (!stream) listen();
};
