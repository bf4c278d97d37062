// A list with boxes: the box with data-ticks="name" ticks all boxes of that name, and the number of ticked ones is said.
// A box pressed with Shift sets all boxes from the one pressed before it. A button with data-tick-reason="why" ticks the
// boxes with that data-reason, and takes the ticks away when all of them are ticked.
// A box with data-ticks-beyond, for all that match on all pages, is only ticked while all boxes of the page are.
// Who ticks them by a script says so with the event alur:ticked on the document.
(() => {
  const boxes = (all) => [...document.querySelectorAll(`[type=checkbox][name="${all.dataset.ticks}"]`)];

  function count() {
    const all = document.querySelector("[data-ticks]");
    const listed = all ? boxes(all) : [];
    const ticked = listed.filter((box) => box.checked).length;
    if (all) {
      all.checked = ticked > 0 && ticked === listed.length;
      all.indeterminate = ticked > 0 && !all.checked;
    }
    for (const each of document.querySelectorAll("[data-ticks-beyond]")) each.checked &&= ticked === listed.length;
    for (const each of document.querySelectorAll("[data-ticked]")) each.textContent = ticked;
    for (const each of document.querySelectorAll("[data-tick-reason]")) {
      each.setAttribute(
        "aria-pressed",
        ofReason(each).every((box) => box.checked),
      );
    }
  }

  function ofReason(button) {
    const all = document.querySelector("[data-ticks]");
    return all ? boxes(all).filter((box) => box.dataset.reason === button.dataset.tickReason) : [];
  }

  let last = null; // the value of the box that was pressed before, which stays when the list is replaced

  document.addEventListener("click", ({ target, shiftKey }) => {
    const button = target.closest?.("[data-tick-reason]");
    if (button) {
      const some = ofReason(button);
      const isOn = !some.every((box) => box.checked);
      for (const box of some) box.checked = isOn;
      count();
      return;
    }
    const all = document.querySelector("[data-ticks]");
    if (!all || !target.matches?.(`[type=checkbox][name="${all.dataset.ticks}"]`)) return;
    const listed = boxes(all);
    const from = listed.findIndex((box) => box.value === last);
    if (shiftKey && from >= 0) {
      const to = listed.indexOf(target);
      for (const box of listed.slice(Math.min(from, to), Math.max(from, to) + 1)) box.checked = target.checked;
      count();
    }
    last = target.value;
  });

  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-ticks]")) for (const box of boxes(target)) box.checked = target.checked;
    if (target.matches("[type=checkbox]")) count();
  });

  document.addEventListener("alur:ticked", count);
  addEventListener("pageshow", count);
})();
