// The manners of every page: keys, menus, dialogs, messages, forms that are sent once. templates/_parts/README.md lists
// the attributes that a page may use. Clocks and parts that swap: parts.js. Following the data: live.js.
(() => {
  const words = document.getElementById("words");
  const says = words?.dataset ?? {};
  const drawn = (selector) => words?.content.querySelector(selector).cloneNode(true);
  const TEXT = "input:not([type=radio], [type=checkbox], [type=button], [type=submit]), textarea, select, [contenteditable]";
  const typing = (element) => element?.closest?.(TEXT);
  const visible = (element) => element.checkVisibility?.({ visibilityProperty: true }) ?? element.offsetParent !== null;
  const root = document.documentElement;
  root.classList.add("has-js");

  // ---- messages: gone after 8 s, problems after 16 s, never while somebody points at one or stands in it
  const shelf = document.getElementById("toasts");

  function watch(toast) {
    if (toast.dataset.watched) return;
    toast.dataset.watched = "yes";
    let timer;
    const wait = () => {
      clearTimeout(timer);
      if (!toast.dataset.stays) timer = setTimeout(() => toast.remove(), toast.matches(".is-problem") ? 16000 : 8000);
    };
    const hold = () => clearTimeout(timer);
    toast.addEventListener("mouseenter", hold);
    toast.addEventListener("focusin", hold);
    toast.addEventListener("mouseleave", wait);
    toast.addEventListener("focusout", wait);
    wait();
  }

  function say({ text, level = "success", undo, links = [], stays = "" }) {
    if (!text || !shelf) return;
    const same = [...shelf.children].find((each) => each.querySelector("span")?.firstChild?.textContent === text);
    if (same && level !== "success") return;
    const isProblem = level === "error" || level === "warning";
    const toast = document.createElement("div");
    toast.className = isProblem ? "al-toast is-problem" : "al-toast";
    toast.dataset.toast = "";
    toast.dataset.stays = stays;
    const told = document.createElement("span");
    told.textContent = text;
    links.filter(([, href]) => href.startsWith("/")).forEach(([textContent, href], step) => {
      told.append(step ? ", " : " ", Object.assign(document.createElement("a"), { href, textContent }));
    });
    toast.append(drawn(isProblem ? ".sign.warn" : ".i"), told);
    if (undo?.startsWith("/")) toast.append(undoForm(undo));
    const close = document.createElement("button");
    Object.assign(close, { type: "button", className: "al-x" });
    close.dataset.toastClose = "";
    close.setAttribute("aria-label", says.close ?? "");
    close.append(drawn(".i-14"));
    toast.append(close);
    shelf.append(toast);
    watch(toast);
  }

  function undoForm(action) {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action });
    const values = { csrfmiddlewaretoken: token(), next: location.pathname + location.search };
    for (const [name, value] of Object.entries(values)) {
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
    form.append(Object.assign(document.createElement("button"), { type: "submit", textContent: says.undo ?? "" }));
    return form;
  }

  function token() {
    return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
  }

  shelf?.querySelectorAll("[data-toast]").forEach(watch);
  if (shelf) {
    new MutationObserver(() => shelf.querySelectorAll("[data-toast]").forEach(watch)).observe(shelf, { childList: true });
  }
  document.addEventListener("toast", (event) => say({ ...event.detail, text: event.detail?.text ?? event.detail?.value }));

  // ---- failures, in the server's words where it gave some
  document.addEventListener("htmx:sendError", () => say({ text: says.offline, level: "error", stays: "offline" }));
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) shelf?.querySelectorAll('[data-stays="offline"]').forEach((toast) => toast.remove());
  });
  document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
    if (xhr.status === 409 || xhr.status === 422 || xhr.getResponseHeader("HX-Trigger")?.includes("toast")) return;
    say({ text: toldIn(xhr) || says.failed, level: "error" });
  });

  function toldIn(xhr) {
    const type = xhr.getResponseHeader("Content-Type") ?? "";
    if (type.startsWith("text/plain")) return xhr.responseText.slice(0, 300);
    if (!type.startsWith("text/html")) return "";
    const page = new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector("[data-problem]");
    return [...(page?.querySelectorAll("h1, [data-problem-says]") ?? [])].map((each) => each.textContent.trim()).join(". ");
  }

  // ---- clicks: messages, menus, dialogs, rows
  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest?.(selector);
    if (at("[data-toast-close]")) at("[data-toast]")?.remove();
    if (at("[data-keys-open]")) showKeys();
    const dialog = at("[data-dialog]") && document.getElementById(at("[data-dialog]").dataset.dialog);
    if (dialog?.showModal) {
      event.preventDefault();
      dialog.showModal();
    }
    if (at("[data-close]")) {
      event.preventDefault();
      at("dialog")?.close();
      shut(at("details"));
    }
    for (const menu of document.querySelectorAll("details.al-menu[open]")) {
      if (!menu.contains(event.target)) menu.removeAttribute("open");
    }
    const row = at("[data-row][data-href]");
    if (row && !at("a, button, input, label, select, summary, form") && !getSelection().toString()) {
      location.assign(row.dataset.href);
    }
  });

  function shut(menu) {
    if (!menu) return;
    menu.removeAttribute("open");
    menu.querySelector("summary")?.focus();
  }

  document.addEventListener("change", (event) => {
    event.target.closest("form[data-autosubmit]")?.requestSubmit();
  });

  // ---- keys
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (event.key === "Escape") return leave();
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "?") return event.preventDefault(), showKeys();
    if (event.key === "j" || event.key === "k") return event.preventDefault(), move(event.key === "j" ? 1 : -1);
    if (event.key === "Enter" && event.target.matches?.("[data-row]:not(a, button)")) return open(event.target);
    const element = keyed(event.key);
    if (!element) return;
    event.preventDefault();
    press(element);
  });

  function leave() {
    const menu = document.activeElement?.closest("details.al-menu[open]") ?? document.querySelector("details.al-menu[open]");
    if (menu) return shut(menu);
    if (typing(document.activeElement)) document.activeElement.blur();
  }

  // The same key may act on several things: the one in the selected or focused scope comes first.
  function keyed(key) {
    const find = (place) =>
      [...place.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((each) => visible(each) && !each.disabled);
    const selected = "[data-key-scope].is-here, [data-key-scope].sel, [data-key-scope] .is-here";
    const scope = document.activeElement?.closest("[data-key-scope]") ?? document.querySelector(selected)?.closest("[data-key-scope]");
    return (scope && find(scope)) ?? find(document);
  }

  function press(element) {
    if (typing(element)) return element.focus(), element.select?.();
    if (element.matches("summary")) {
      element.click();
      if (element.parentElement.open) element.parentElement.querySelector("input:not([type=hidden]), select, textarea, button, a")?.focus();
      return;
    }
    element.focus({ preventScroll: true });
    element.click();
  }

  function move(step) {
    const isHere = (row) => row.contains(document.activeElement);
    const rows = [...document.querySelectorAll("[data-row]")].filter((row) => visible(row) && (isHere(row) || !row.matches(".is-gone")));
    if (!rows.length) return;
    const here = rows.findIndex(isHere);
    const from = here < 0 ? rows.findIndex((row) => row.matches(".is-here")) : here;
    const next = rows[Math.max(0, Math.min(rows.length - 1, from < 0 ? 0 : from + step))];
    rows.forEach((row) => row.classList.toggle("is-here", row === next));
    if (next.matches(".is-gone")) return;
    const target = next.matches("a, button") ? next : (next.querySelector("a, button") ?? next);
    if (target === next && !next.matches("a, button")) next.tabIndex = -1;
    target.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  function open(row) {
    if (row.matches(".is-gone")) return;
    if (row.dataset.href) location.assign(row.dataset.href);
    else row.querySelector("a, button")?.click();
  }

  function showKeys() {
    const dialog = document.getElementById("keys");
    const list = dialog?.querySelector("[data-keys-list]");
    if (!list || dialog.open) return;
    const told = new Map();
    for (const element of document.querySelectorAll("[data-key]")) {
      const text = element.dataset.keySays ?? element.textContent.trim();
      if (visible(element) && text && !told.has(element.dataset.key)) told.set(element.dataset.key, text);
    }
    if (document.querySelector("[data-row]")) told.set("J K", says.rows ?? "");
    list.replaceChildren(...[...told].flatMap(([key, text]) => keyLine(key, text)));
    dialog.showModal();
  }

  function keyLine(key, text) {
    const name = document.createElement("dt");
    for (const each of key.split(" ")) {
      name.append(Object.assign(document.createElement("kbd"), { textContent: each.length === 1 ? each.toUpperCase() : each }), " ");
    }
    return [name, Object.assign(document.createElement("dd"), { textContent: text })];
  }

  // ---- forms: one press, one request
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (form.method === "dialog" || (form.method === "get" && !form.hasAttribute("hx-get"))) return;
      if (form.dataset.sent) return event.preventDefault(), event.stopImmediatePropagation();
      form.dataset.sent = "yes";
      busy(form, true);
      setTimeout(() => free(form), 6000); // a download answers without leaving the page
    },
    true,
  );

  // Not `disabled`: that would take the focus away and drop the button's own value.
  function busy(form, is) {
    for (const button of form.querySelectorAll("button:not([type=button]), input[type=submit]")) {
      if (is) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
    }
  }

  function free(form) {
    delete form.dataset.sent;
    busy(form, false);
  }

  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt?.closest?.("form");
    if (form) free(form);
  });
  document.addEventListener("htmx:confirm", (event) => {
    const form = event.detail.elt?.closest?.("form[data-sent]");
    if (form && event.detail.question) setTimeout(() => free(form)); // asked first; said no, or sent meanwhile
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(free));

  // ---- the theme without a reload; the form works without this
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-theme-form]")) return;
    event.preventDefault();
    const { theme } = form.elements;
    const chosen = theme.value;
    fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" })
      .catch(() => say({ text: says.offline, level: "error" }))
      .finally(() => free(form));
    root.dataset.bsTheme = chosen;
    theme.value = chosen === "dark" ? "light" : "dark";
  });
})();
