// The keyboard: data-key="n" names the key of a button, link, menu or field; j and k move over data-row, Enter opens one,
// Escape closes a menu or leaves a field, and ? lists the keys of the page. Nothing acts while somebody types.
(() => {
  const OPENED = "details:is(.al-menu, .al-q)[open]";
  const says = document.getElementById("words")?.dataset ?? {};
  const TEXT =
    "input:not([type=radio], [type=checkbox], [type=button], [type=submit]), textarea, select, [contenteditable]";
  const typing = (element) => element?.closest?.(TEXT);
  const visible = (element) => element.checkVisibility?.({ visibilityProperty: true }) ?? element.offsetParent !== null;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (event.key === "Escape") return leave();
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && event.target.matches?.("[data-row]:not(a, button)")) return open(event.target);
    const act = ACTS[event.key] ?? pressed(event.key);
    if (!act) return;
    event.preventDefault();
    act();
  });

  // The keys of every page, then what this page says of the key.
  const ACTS = { "?": showKeys, j: () => move(1), k: () => move(-1) };

  function pressed(key) {
    const element = keyed(key);
    return element && (() => press(element));
  }

  function leave() {
    const menu = document.activeElement?.closest(OPENED) ?? document.querySelector(OPENED);
    if (menu) {
      menu.removeAttribute("open");
      menu.querySelector("summary")?.focus();
      return;
    }
    if (typing(document.activeElement)) document.activeElement.blur();
  }

  // The same key may act on several things: the one in the selected or focused scope comes first.
  function keyed(key) {
    const find = (place) =>
      [...place.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((each) => visible(each) && !each.disabled);
    const selected = "[data-key-scope].is-here, [data-key-scope].sel, [data-key-scope] .is-here";
    const scope =
      document.activeElement?.closest("[data-key-scope]") ??
      document.querySelector(selected)?.closest("[data-key-scope]");
    return (scope && find(scope)) ?? find(document);
  }

  function press(element) {
    if (typing(element)) {
      element.focus();
      element.select?.();
      return;
    }
    if (element.matches("summary")) {
      element.click();
      if (element.parentElement.open)
        element.parentElement.querySelector("input:not([type=hidden]), select, textarea, button, a")?.focus();
      return;
    }
    element.focus({ preventScroll: true });
    element.click();
  }

  function move(step) {
    const isHere = (row) => row.contains(document.activeElement);
    const rows = [...document.querySelectorAll("[data-row]")].filter(
      (row) => visible(row) && (isHere(row) || !row.matches(".is-gone")),
    );
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

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-keys-open]")) showKeys();
  });

  function showKeys() {
    const dialog = document.getElementById("keys");
    const list = dialog?.querySelector("[data-keys-list]");
    if (!list || dialog.open) return;
    const lines = new Map();
    for (const element of document.querySelectorAll("[data-key]")) {
      const text = element.dataset.keySays ?? element.textContent.trim();
      if (visible(element) && text && !lines.has(element.dataset.key)) lines.set(element.dataset.key, text);
    }
    if (document.querySelector("[data-row]")) lines.set("J K", says.rows ?? "");
    list.replaceChildren(...[...lines].flatMap(([key, text]) => keyLine(key, text)));
    dialog.showModal();
  }

  function keyLine(key, text) {
    const name = document.createElement("dt");
    for (const each of key.split(" ")) {
      name.append(
        Object.assign(document.createElement("kbd"), { textContent: each.length === 1 ? each.toUpperCase() : each }),
        " ",
      );
    }
    return [name, Object.assign(document.createElement("dd"), { textContent: text })];
  }
})();
