// Clocks that count without moving anything: data-due counts down and turns yellow, then red; data-since counts up;
// data-lapses names a moment after which its live part asks again. All by the server's time (<meta name="alur-now">).
(() => {
  const words = document.getElementById("words");
  const says = words?.dataset ?? {};
  const MINUTE = 60,
    HOUR = 3600,
    DAY = 86400;
  const LATE = 1; // seconds by which the two clocks may differ
  const LOW = 0.4; // the share of a limit at which a clock turns yellow

  // The server's time, however wrong this computer's is.
  const serverNow = Date.parse(document.querySelector('meta[name="alur-now"]')?.content ?? "");
  const skew = serverNow
    ? serverNow - (performance.timeOrigin + (performance.getEntriesByType("navigation")[0]?.responseStart ?? 0))
    : 0;
  const now = () => performance.timeOrigin + performance.now() + skew;

  const fill = (pattern, ...values) => values.reduce((text, value) => text.replace("%s", value), pattern ?? "%s %s");

  function duration(seconds) {
    const s = Math.floor(Math.abs(seconds));
    const text =
      s < MINUTE
        ? fill(says.seconds, s)
        : s < HOUR
          ? fill(says.minutes, Math.floor(s / MINUTE))
          : s < DAY
            ? fill(says.hours, Math.floor(s / HOUR), String(Math.floor((s % HOUR) / MINUTE)).padStart(2, "0"))
            : fill(says.days, Math.floor(s / DAY), Math.floor((s % DAY) / HOUR));
    return text.replaceAll(" ", "\u00a0");
  }

  function put(element, text) {
    if (element && element.textContent !== text) element.textContent = text;
  }

  function tickDue(clock) {
    const left = (Date.parse(clock.dataset.due) - now()) / 1000;
    const limit = Number(clock.dataset.limit);
    put(clock.querySelector("[data-clock-text]"), fill(left < 0 ? says.overdue : says.left, duration(left)));
    const share = limit ? Math.max(0, Math.min(1, left / limit)) : 1;
    if (limit) clock.querySelector(".arc")?.setAttribute("stroke-dasharray", `${(share * 100).toFixed(1)} 100`);
    if (clock.matches(".al-clock")) show(clock, left < 0 ? "bad" : share <= LOW ? "warn" : "ok");
  }

  function show(clock, level) {
    if (clock.classList.contains(level)) return;
    clock.classList.remove("ok", "warn", "bad");
    clock.classList.add(level);
    if (level === "bad")
      clock.querySelector("svg")?.replaceWith(words.content.querySelector(".sign.bad").cloneNode(true));
  }

  // Nothing announces what ends by the clock alone: its part asks again a moment later.
  function tickLapse(element) {
    const left = (Date.parse(element.dataset.lapses) - now()) / 1000;
    put(element.querySelector("[data-left]"), duration(Math.max(0, left)));
    if (left > -LATE) return;
    delete element.dataset.lapses;
    element.closest("[data-live]")?.dispatchEvent(new CustomEvent("alur:changed"));
  }

  function tick(place = document) {
    place.querySelectorAll("[data-due]").forEach(tickDue);
    place.querySelectorAll("[data-lapses]").forEach(tickLapse);
    for (const each of place.querySelectorAll("[data-since]"))
      put(each, duration((now() - Date.parse(each.dataset.since)) / 1000));
  }

  setInterval(() => document.hidden || tick(), 1000);
  document.addEventListener("visibilitychange", () => document.hidden || tick());
  document.addEventListener("htmx:afterSettle", () => tick());
})();
