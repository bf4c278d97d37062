// Swaps that disturb nobody: when htmx replaces a part, the focus, the scroll (data-keep-scroll), open details (by id) and
// the selected row (.is-here) stay, and what changed (data-version) is tinted for a moment. A live part waits with its
// swap while somebody types in it. The events: live.js.
(() => {
  const kept = new WeakMap(); // request -> what must survive its swap
  const TYPED =
    "input:not([type]), input[type=text], input[type=search], input[type=email], input[type=tel], input[type=url], input[type=datetime-local], input[type=date], input[type=number], textarea";
  const asksForItself = ({ requestConfig }, target) =>
    requestConfig?.verb === "get" && requestConfig.elt === target && target.hasAttribute("data-live");

  // A live part waits with its swap while somebody types in it, has typed in it, or has a dialog of it open.
  function inUse(part) {
    const active = document.activeElement;
    if (part.contains(active) && active.matches(`${TYPED}, select, input[type=number]`)) return true;
    if (part.querySelector("dialog[open]")) return true;
    return [...part.querySelectorAll(TYPED)].some((field) => field.value !== field.defaultValue);
  }

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const { target, xhr } = detail;
    if (!target?.querySelectorAll || !detail.shouldSwap) return;
    const isLive = asksForItself(detail, target);
    if (isLive && inUse(target)) {
      detail.shouldSwap = false;
      target.dataset.waits = "yes";
      return;
    }
    kept.set(xhr, {
      isLive,
      versions: versionsIn(target),
      lead: openLead(),
      open: [...target.querySelectorAll("details[open][id]")]
        .filter((each) => xhr.status >= 400 || !each.contains(detail.requestConfig.elt))
        .map((each) => each.id),
      here: target.querySelector(".is-here[id]")?.id,
      scrolled: [target, ...target.querySelectorAll("[data-keep-scroll]")]
        .filter((each) => each.id && (each.scrollTop || each.scrollLeft))
        .map((each) => [each.id, each.scrollTop, each.scrollLeft]),
      focus: target.contains(document.activeElement) ? placeOf(document.activeElement) : null,
      left:
        target.contains(document.activeElement) && document.activeElement.matches(".is-gone")
          ? document.activeElement
          : null,
    });
  });

  // An act that stood open for one lead does not stand open for the next.
  const openLead = () => document.getElementById("current-lead")?.value;

  // What was sent is not being typed any more: the part need not wait for it.
  document.addEventListener("htmx:afterRequest", ({ detail: { elt, successful, xhr } }) => {
    if (!successful || xhr.status !== 204 || !elt.matches("[data-live] form")) return;
    for (const field of elt.querySelectorAll(TYPED)) field.value = field.defaultValue;
    const menu = elt.contains(document.activeElement) && elt.closest("details.al-menu");
    if (!menu) return;
    menu.removeAttribute("open");
    menu.querySelector("summary")?.focus({ preventScroll: true });
  });

  document.addEventListener("focusout", () => {
    setTimeout(() => {
      for (const part of document.querySelectorAll("[data-waits]")) {
        if (inUse(part)) continue;
        delete part.dataset.waits;
        part.dispatchEvent(new CustomEvent("alur:changed"));
      }
    });
  });

  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    const before = kept.get(detail.xhr);
    if (!before) return;
    kept.delete(detail.xhr);
    const byId = (id) => document.getElementById(id);
    if (before.lead === openLead()) for (const id of before.open) byId(id)?.setAttribute("open", "");
    for (const [id, top, left] of before.scrolled) byId(id)?.scrollTo({ top, left, behavior: "instant" });
    if (before.here) byId(before.here)?.classList.add("is-here");
    const asked = before.isLive ? null : detail.elt?.querySelector?.("[autofocus]");
    if (asked)
      detail.elt.contains(document.activeElement) || asked.focus(); // unless the focus has moved on
    else if (before.focus && document.activeElement === document.body) refocus(found(before.focus));
    if (before.left && document.activeElement === document.body) lead(before.left, detail.elt);
    if (before.isLive) tint(before.versions, detail.elt);
  });

  // Where the focus is: its own id, or its number among the controls of the nearest element that has one.
  const CONTROLS = "a, button, summary, input, select, textarea, [tabindex]";

  function placeOf(element) {
    if (element.id) return { id: element.id };
    const holder = element.closest("[id]");
    return holder && { id: holder.id, number: [...holder.querySelectorAll(CONTROLS)].indexOf(element) };
  }

  function found({ id, number }) {
    const holder = document.getElementById(id);
    return number === undefined ? holder : holder?.querySelectorAll(CONTROLS)[number];
  }

  // Whose row is gone stands at the head of the list, where no key takes anything; j and k go on from the row before.
  function lead(row, part) {
    const head = part.querySelector?.("h1, h2, h3");
    if (!head) return;
    head.tabIndex = -1;
    head.focus({ preventScroll: true });
    for (let each = row.previousElementSibling; each; each = each.previousElementSibling) {
      const still = each.id && !each.matches(".is-gone") && document.getElementById(each.id);
      if (still) return still.classList.add("is-here");
    }
  }

  // An element in a menu that has closed since hands the focus to the menu.
  function refocus(element) {
    element?.focus({ preventScroll: true });
    if (document.activeElement === document.body)
      element?.closest("details")?.querySelector("summary").focus({ preventScroll: true });
  }

  // What the data changed is tinted for a moment: rows with another version, and rows that are new in a known list.
  function versionsIn(place) {
    return new Map([...place.querySelectorAll("[data-version][id]")].map((each) => [each.id, each.dataset.version]));
  }

  function tint(before, part) {
    if (!part?.querySelectorAll) return;
    for (const [id, version] of versionsIn(part)) {
      if (before.get(id) === version) continue;
      const element = document.getElementById(id);
      element.classList.remove("al-changed");
      requestAnimationFrame(() => element.classList.add("al-changed"));
    }
  }
})();
