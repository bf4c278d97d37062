// The manners of every page: keys, clocks that count, toasts, highlights, and parts that swap without a jump.
//   data-key="n" [data-key-says="Take next"]  pressed or focused by that key      data-row  rows for j, k and Enter
//   data-due="ISO" [data-limit="seconds"]     a clock that counts down, then up    data-since="ISO"  counts up
//   data-version="…" on [data-row] or [data-watch]  highlighted when a swap changed it
//   data-toast, data-toast-close; a response header HX-Trigger {"toast": {"text": …, "level": …}} shows one
//   data-autosubmit on a form's select; data-dialog="id" opens a <dialog>; data-close closes the one it stands in
(() => {
  const words = document.getElementById("words")?.dataset ?? {};
  const skew = Date.parse(document.querySelector('meta[name="alur-now"]')?.content ?? "") - Date.now() || 0;
  const now = () => Date.now() + skew;
  const nbsp = "\u00a0";
  const typing = (el) => el?.closest?.("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");

  // ---- clocks
  function duration(seconds) {
    const s = Math.floor(Math.abs(seconds));
    const pad = (n) => String(n).padStart(2, "0");
    if (s < 60) return `${s}${nbsp}s`;
    if (s < 3600) return `${Math.floor(s / 60)}${nbsp}min`;
    if (s < 86400) return `${Math.floor(s / 3600)}${nbsp}h${nbsp}${pad(Math.floor((s % 3600) / 60))}${nbsp}min`;
    return `${Math.floor(s / 86400)}${nbsp}d${nbsp}${Math.floor((s % 86400) / 3600)}${nbsp}h`;
  }
  const put = (el, text) => el.textContent !== text && (el.textContent = text);
  function tick(root = document) {
    for (const el of root.querySelectorAll("[data-due]")) {
      const left = (Date.parse(el.dataset.due) - now()) / 1000;
      const text = el.querySelector("[data-clock-text]");
      if (text) put(text, (left < 0 ? words.overdue ?? "%s" : words.left ?? "%s").replace("%s", duration(left)));
      const limit = Number(el.dataset.limit);
      const arc = el.querySelector(".arc");
      if (limit && arc) arc.setAttribute("stroke-dasharray", `${Math.max(0, Math.min(100, (left / limit) * 100)).toFixed(1)} 100`);
      const level = left < 0 ? "bad" : limit && left / limit <= 0.4 ? "warn" : el.classList.contains("warn") && !limit ? "warn" : "ok";
      if (!el.classList.contains(level) && el.classList.contains("al-clock")) {
        el.classList.remove("ok", "warn", "bad");
        el.classList.add(level);
      }
    }
    for (const el of root.querySelectorAll("[data-since]")) put(el, duration((now() - Date.parse(el.dataset.since)) / 1000));
  }
  setInterval(() => document.hidden || tick(), 1000);

  // ---- toasts
  const shelf = () => document.getElementById("toasts");
  function toast(text, level = "success") {
    const el = document.createElement("div");
    el.className = `al-toast${level === "success" || level === "info" ? "" : " is-problem"}`;
    el.dataset.toast = "";
    const say = document.createElement("span");
    say.textContent = text;
    el.append(say);
    shelf()?.append(el);
    watchToast(el);
  }
  function watchToast(el) {
    if (el.dataset.watched) return;
    el.dataset.watched = "1";
    let timer;
    const start = () => (timer = setTimeout(() => el.remove(), el.classList.contains("is-problem") ? 16000 : 8000));
    const stop = () => clearTimeout(timer);
    el.addEventListener("mouseenter", stop);
    el.addEventListener("mouseleave", start);
    el.addEventListener("focusin", stop);
    el.addEventListener("focusout", start);
    start();
  }
  new MutationObserver(() => document.querySelectorAll("[data-toast]").forEach(watchToast)).observe(document.documentElement, { childList: true, subtree: true });
  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-toast]").forEach(watchToast));
  document.addEventListener("toast", (event) => toast(event.detail?.text ?? event.detail?.value ?? "", event.detail?.level));

  // ---- clicks
  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest(selector);
    if (at("[data-toast-close]")) at("[data-toast]")?.remove();
    if (at("[data-keys-open]")) openKeys();
    const opener = at("[data-dialog]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.dialog);
      if (dialog?.showModal) {
        event.preventDefault();
        dialog.showModal();
      }
    }
    if (at("[data-close]")) {
      event.preventDefault();
      at("dialog")?.close();
      at("details")?.removeAttribute("open");
    }
    for (const menu of document.querySelectorAll("details.al-menu[open]")) if (!menu.contains(event.target)) menu.removeAttribute("open");
    const row = at("[data-row][data-href]");
    if (row && !at("a, button, input, label, select, summary, form")) location.assign(row.dataset.href);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-autosubmit]");
    if (form) form.requestSubmit();
  });

  // ---- keys
  function openKeys() {
    const dialog = document.getElementById("keys");
    const list = dialog?.querySelector("[data-keys-list]");
    if (!list) return;
    list.replaceChildren();
    const seen = new Set();
    const line = (key, says) => {
      if (!says || seen.has(key)) return;
      seen.add(key);
      const dt = document.createElement("dt");
      const kbd = document.createElement("kbd");
      kbd.textContent = key.length === 1 ? key.toUpperCase() : key;
      dt.append(kbd);
      const dd = document.createElement("dd");
      dd.textContent = says;
      list.append(dt, dd);
    };
    for (const el of document.querySelectorAll("[data-key]")) line(el.dataset.key, el.dataset.keySays ?? el.textContent.trim());
    if (document.querySelector("[data-row]")) line("J K", document.querySelector("[data-rows-say]")?.dataset.rowsSay ?? "↓ ↑ Enter");
    dialog.showModal();
  }
  const visible = (el) => el.offsetParent !== null || getComputedStyle(el).position === "fixed";
  function move(step) {
    const rows = [...document.querySelectorAll("[data-row]")].filter(visible);
    if (!rows.length) return;
    const here = rows.findIndex((row) => row === document.activeElement || row.contains(document.activeElement) || row.classList.contains("is-here"));
    const next = rows[Math.max(0, Math.min(rows.length - 1, here < 0 ? 0 : here + step))];
    rows.forEach((row) => row.classList.remove("is-here"));
    next.classList.add("is-here");
    const target = next.matches("a, button, [tabindex]") ? next : next.querySelector("a, button") ?? next;
    target.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") {
      document.querySelectorAll("details.al-menu[open]").forEach((menu) => menu.removeAttribute("open"));
      if (typing(document.activeElement)) document.activeElement.blur();
      return;
    }
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "?") return event.preventDefault(), openKeys();
    if (event.key === "j" || event.key === "k") return event.preventDefault(), move(event.key === "j" ? 1 : -1);
    const scope = document.activeElement?.closest("[data-key-scope]") ?? document.querySelector("[data-key-scope].is-here, [data-key-scope].sel");
    const find = (root) => [...root.querySelectorAll(`[data-key="${CSS.escape(event.key)}"]`)].find((el) => visible(el) && !el.disabled);
    const el = (scope && find(scope)) ?? find(document);
    if (!el) return;
    event.preventDefault();
    if (el.matches("input:not([type=radio]):not([type=checkbox]), textarea, select")) el.focus();
    else if (el.matches("summary")) {
      el.click();
      el.parentElement.querySelector("input, select, textarea, button")?.focus();
    } else {
      el.focus({ preventScroll: true });
      el.click();
    }
  });

  // ---- forms: one answer for one press
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented && !event.target.matches("[hx-post], [data-hx-post]")) return;
    if (event.target.method === "dialog" || event.target.method === "get") return;
    if (event.target.dataset.sent) return event.preventDefault();
    event.target.dataset.sent = "1";
    setTimeout(() => delete event.target.dataset.sent, 4000);
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
  document.addEventListener("htmx:afterRequest", (event) => delete event.target.closest?.("form")?.dataset.sent);

  // ---- htmx: words for failures, no jumps, highlights
  document.addEventListener("htmx:sendError", () => toast(words.offline ?? "", "error"));
  document.addEventListener("htmx:responseError", (event) => {
    const { xhr } = event.detail;
    if (xhr.getResponseHeader("HX-Trigger")?.includes("toast") || xhr.status === 409 || xhr.status === 422) return;
    toast(words.failed ?? "", "error");
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const target = event.detail.target;
    const fromTimer = event.detail.requestConfig?.verb === "get" && target?.hasAttribute?.("data-live");
    if (fromTimer && target.contains(document.activeElement) && typing(document.activeElement)) event.detail.shouldSwap = false;
    if (fromTimer && target.querySelector("dialog[open]")) event.detail.shouldSwap = false;
  });
  let kept = null;
  const versions = (root) => new Map([...root.querySelectorAll("[data-version][id]")].map((el) => [el.id, el.dataset.version]));
  document.addEventListener("htmx:beforeSwap", (event) => {
    const target = event.detail.target;
    if (!target?.querySelectorAll) return;
    const active = target.contains(document.activeElement) ? document.activeElement : null;
    kept = {
      versions: versions(target),
      open: [...target.querySelectorAll("details[open][id]")].map((el) => el.id),
      focus: active?.id || null,
      here: target.querySelector(".is-here[id]")?.id,
      scrolled: [...target.querySelectorAll("[data-keep-scroll][id]")].map((el) => [el.id, el.scrollTop, el.scrollLeft]),
      y: scrollY,
    };
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    tick();
    if (!kept) return;
    const fresh = event.detail.elt ?? document;
    for (const id of kept.open) document.getElementById(id)?.setAttribute("open", "");
    for (const [id, top, left] of kept.scrolled) document.getElementById(id)?.scrollTo(left, top);
    if (kept.here) document.getElementById(kept.here)?.classList.add("is-here");
    const autofocus = fresh.querySelector?.("[autofocus]");
    if (autofocus) autofocus.focus();
    else if (kept.focus && document.activeElement === document.body) document.getElementById(kept.focus)?.focus({ preventScroll: true });
    if (kept.versions.size)
      for (const [id, version] of versions(document))
        if (kept.versions.has(id) && kept.versions.get(id) !== version) {
          const el = document.getElementById(id);
          el.classList.remove("al-changed");
          requestAnimationFrame(() => el.classList.add("al-changed"));
        }
    kept = null;
  });

  // ---- theme without a reload; the form works without this
  document.addEventListener("submit", (event) => {
    const button = event.target.querySelector("[data-theme-switch]");
    if (!button) return;
    event.preventDefault();
    const input = event.target.elements.theme;
    document.documentElement.dataset.bsTheme = input.value;
    fetch(event.target.action, { method: "POST", body: new FormData(event.target), redirect: "manual" }).then(() => {
      input.value = input.value === "dark" ? "light" : "dark";
    });
    delete event.target.dataset.sent;
  });
})();
