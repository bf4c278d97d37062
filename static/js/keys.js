// The keyboard: data-key="n" names the key of a button, link, menu or field; j and k move over data-row, Enter opens one,
// Escape closes a menu or leaves a field, and ? lists the keys of the page. Nothing acts while somebody types, but
// Ctrl or Cmd with Enter, which saves a text (save_keys.js).
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
    list.replaceChildren(...[...keysOfPage()].flatMap(([key, texts]) => keyLine(key, [...texts].join("; "))));
    dialog.showModal();
  }

  // Every key that works now. One key can do several things: in each scope its own, and one outside of all scopes.
  function keysOfPage() {
    const lines = new Map();
    const add = (key, text) => text && lines.set(key, (lines.get(key) ?? new Set()).add(text));
    const scopes = new Map();
    for (const element of document.querySelectorAll("[data-key]")) {
      const { key } = element.dataset;
      const scope = element.closest("[data-key-scope]");
      if (!visible(element) || element.disabled || scopes.get(key)?.has(scope)) continue;
      scopes.set(key, (scopes.get(key) ?? new Set()).add(scope));
      add(key, saysOf(element));
    }
    if (document.querySelector("[data-row]")) {
      add("J K", says.rows);
      add("Enter", says.opens);
    }
    if (document.querySelector("form[method=post] textarea")) add("Ctrl Enter", says.save);
    add("Esc", says.leave);
    add("?", says.keys);
    return lines;
  }

  // A choice is named by its group and its label.
  function saysOf(element) {
    const label = element.matches("input") && element.closest("label")?.querySelector("span");
    if (element.dataset.keySays || !label) return element.dataset.keySays ?? element.textContent.trim();
    const group = element.closest("fieldset")?.querySelector("legend")?.textContent.trim();
    const words = [...label.childNodes].filter((each) => each.nodeName !== "KBD");
    const text = words.map((each) => each.textContent.trim()).join("");
    return group ? `${group}: ${text}` : text;
  }

  function keyLine(key, text) {
    const name = document.createElement("dt");
    const isCapital = key.length === 1 && key !== key.toLowerCase();
    for (const each of isCapital ? ["Shift", key] : key.split(" ")) {
      name.append(
        Object.assign(document.createElement("kbd"), { textContent: each.length === 1 ? each.toUpperCase() : each }),
        " ",
      );
    }
    return [name, Object.assign(document.createElement("dd"), { textContent: text })];
  }
})();
