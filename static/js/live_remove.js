// A lead that leaves its queue goes from every open list at once, without asking the server (C10). Hears "alur:moved"
// (live.js). An element with data-entry="17" fades, keeps its room so that nothing jumps, and says that it waits no
// longer, or what its own data-gone says. The list itself is right again when its part asks the server next.
(() => {
  const says = document.getElementById("words")?.dataset ?? {};
  const KEPT = 60000; // ms: longer than any answer is under way
  const goneAt = new Map(); // entry -> when that was heard

  // The focus stays where it is, on the row itself: a neighbour might be taken by the key that was meant for this one.
  function take(element) {
    if (element.matches(".is-gone")) return;
    if (element.contains(document.activeElement)) {
      element.tabIndex = -1;
      element.focus({ preventScroll: true });
    }
    element.classList.add("is-gone");
    element.dataset.says = element.dataset.gone ?? says.gone ?? "";
    element.setAttribute("aria-label", element.dataset.says);
  }

  function giveBack(element) {
    element.classList.remove("is-gone");
    element.removeAttribute("aria-label");
    delete element.dataset.says;
  }

  const shown = (entry) => document.querySelectorAll(`[data-entry="${CSS.escape(entry)}"]`);

  document.addEventListener("alur:moved", ({ detail: words }) => {
    const now = performance.now();
    goneAt.forEach((at, entry) => now - at > KEPT && goneAt.delete(entry));
    for (const word of words) {
      const entry = word.split("/")[1];
      if (entry.startsWith("+")) {
        goneAt.delete(entry.slice(1));
        shown(entry.slice(1)).forEach(giveBack);
      } else {
        goneAt.set(entry, now);
        shown(entry).forEach(take);
      }
    }
  });

  // An answer shows what had left before the request was sent. What left later is taken out of it again. An answer
  // "keep what you have" (204) puts back what had been taken out before the request.
  const sentAt = new WeakMap();
  document.addEventListener("htmx:beforeSend", ({ detail: { xhr } }) => sentAt.set(xhr, performance.now()));
  document.addEventListener("htmx:afterSwap", ({ detail: { xhr } }) => {
    const sent = sentAt.get(xhr) ?? 0;
    goneAt.forEach((at, entry) => at > sent && shown(entry).forEach(take));
  });
  document.addEventListener("htmx:afterRequest", ({ detail: { elt, xhr } }) => {
    if (xhr.status !== 204 || !elt.matches?.("[data-live]")) return;
    for (const element of elt.querySelectorAll(".is-gone[data-entry]")) {
      if ((goneAt.get(element.dataset.entry) ?? 0) < sentAt.get(xhr)) giveBack(element);
    }
  });
})();
