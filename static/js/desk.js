// The desk beyond the manners of every page: two keys and Enter, the open lead marked in the list, parts that ask
// again after an own act when no stream tells them.
(() => {
  const card = () => document.getElementById("lead");
  const log = () => document.getElementById("form-log_contact");
  let key = "";

  // ---- two keys and Enter: the first digit chooses how, the second what came of it
  document.addEventListener("keydown", (event) => (key = event.key), true);
  document.addEventListener("mousedown", () => (key = ""), true);
  function focusLog() {
    const form = log();
    if (!form) return;
    const first = form.querySelector('[name="kind"]:checked') ?? form.querySelector('[name="kind"]');
    first?.focus({ preventScroll: true });
    form.scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("click", (event) => {
    if (!event.target.closest('[data-focus="log"]')) return;
    event.preventDefault();
    focusLog();
  });
  function say(form) {
    const words = form.querySelector('[name="kind"]:checked')?.dataset.log;
    const text = form.querySelector("[data-log-says]");
    if (words && text) text.textContent = text.dataset.logSays.replace("%s", words.toLowerCase());
  }
  document.addEventListener("change", (event) => {
    const form = event.target.closest("#form-log_contact");
    if (form) say(form);
  });
  document.addEventListener("click", (event) => {
    const form = event.target.closest("#form-log_contact");
    if (!form || !/^[1-9]$/.test(key)) return; // arrow keys click too, and stay where they are
    if (event.target.name === "kind") form.querySelector('[name="outcome"]')?.focus({ preventScroll: true });
    if (event.target.value === "call_back") document.getElementById("follow-up")?.focus({ preventScroll: true });
  });

  // ---- the open lead is marked in the list, without asking the server
  function mark() {
    const open = document.getElementById("current-lead")?.value;
    for (const row of document.querySelectorAll("#mine [data-lead]")) {
      if (row.dataset.lead === open) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
    const form = log();
    if (form) say(form);
  }
  document.addEventListener("htmx:afterSettle", mark);
  document.addEventListener("DOMContentLoaded", mark);

  // ---- after an own act the lists ask again; with a stream they are told anyway, and live.js hurries among many pages
  document.addEventListener("acted", () => {
    if (document.documentElement.dataset.liveState === "open") return;
    document.querySelectorAll("[data-live]").forEach((part) => part.dispatchEvent(new CustomEvent("alur:changed")));
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { requestConfig, successful } = event.detail;
    if (successful && requestConfig?.verb === "post" && card()) document.dispatchEvent(new CustomEvent("acted"));
  });

  // ---- who types in the card keeps it: its clock alone asks again, and never takes the card away meanwhile
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, requestConfig } = event.detail;
    if (target?.id !== "lead" || requestConfig?.verb !== "get" || !requestConfig.path.includes("/clock/")) return;
    const typed = [...target.querySelectorAll("textarea, input:not([type=hidden]):not([type=radio])")].some((el) => el.value);
    if (typed || target.querySelector("details[open]")) event.detail.shouldSwap = false;
  });
})();
