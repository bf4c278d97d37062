// The rep's desk: a contact is logged with two keys and Enter, the open lead is marked in the list, and after an act the
// lists ask again when no stream tells them to ("acted", "alur:changed": live.js).
(() => {
  const card = () => document.getElementById("lead");
  const log = () => document.getElementById("form-log_contact");
  let key = "";

  // ---- two keys and Enter: the first digit chooses how, the second what came of it
  const remember = (pressed) => {
    key = pressed;
  };
  document.addEventListener("keydown", (event) => remember(event.key), true);
  document.addEventListener("mousedown", () => remember(""), true);

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
    form.dataset.digits = "";
    const next = { kind: '[name="outcome"]', outcome: '[name="step"]:checked' }[event.target.name];
    const field = event.target.value === "date" ? form.querySelector("#follow-up") : next && form.querySelector(next);
    field?.focus({ preventScroll: true });
  });

  // A wrong digit is taken back by the key of Undo: the one of this step, else that of the step before.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-log-back]");
    if (!button) return;
    const steps = [...button.form.querySelectorAll("[data-log-step]")];
    const here = steps.indexOf(button.closest("[data-log-step]"));
    const chosen = (step) => step.querySelector("input:checked:not([data-usual])");
    const step = chosen(steps[here]) ? steps[here] : steps[Math.max(0, here - 1)];
    const usual = step.querySelector("[data-usual]");
    if (chosen(step)) chosen(step).checked = false;
    if (usual) usual.checked = true;
    if (step === steps[0]) delete button.form.dataset.digits;
    (usual ?? step.querySelector("input[type=radio]")).focus({ preventScroll: true });
    say(button.form);
  });

  // ---- browsers write dates in their own way: beside the field it stands day first, in 24 hours
  const { lang } = document.documentElement;
  const written = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  document.addEventListener("input", ({ target }) => {
    const says = target.matches?.("[type=datetime-local]") && target.parentElement.querySelector("[data-reads]");
    if (!says) return;
    const at = new Date(target.value);
    says.textContent = Number.isNaN(at.valueOf()) ? "" : written.format(at);
  });

  // ---- the open lead is marked in the list, without asking the server
  function mark() {
    const open = document.getElementById("current-lead")?.value;
    const isSeen = card()?.checkVisibility?.() ?? true; // on a phone the list stands alone
    for (const row of document.querySelectorAll("#mine [data-lead]")) {
      if (isSeen && row.dataset.lead === open) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
    const form = log();
    if (form) say(form);
  }
  document.addEventListener("htmx:afterSettle", mark);
  document.addEventListener("DOMContentLoaded", mark);

  // ---- after an act of this page its lists ask again; with an open stream live.js sees to that
  document.addEventListener("acted", () => {
    if (document.documentElement.dataset.liveState === "open") return;
    document.querySelectorAll("[data-live]").forEach((part) => part.dispatchEvent(new CustomEvent("alur:changed")));
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { requestConfig, successful } = event.detail;
    if (successful && requestConfig?.verb === "post" && card()) document.dispatchEvent(new CustomEvent("acted"));
  });

  // ---- the card asks again for its clock only, and stays as it is while somebody types in it
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, requestConfig } = event.detail;
    if (target?.id !== "lead" || requestConfig?.verb !== "get" || !requestConfig.path.includes("/clock/")) return;
    const typed = [...target.querySelectorAll("textarea, input:not([type=hidden]):not([type=radio])")].some(
      (el) => el.value,
    );
    if (typed || target.querySelector("details[open]")) event.detail.shouldSwap = false;
  });
})();
