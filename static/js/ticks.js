// A list with boxes: the box with data-ticks="name" ticks all boxes of that name, and the number of ticked ones is said.
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
    for (const each of document.querySelectorAll("[data-ticked]")) each.textContent = ticked;
  }

  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-ticks]")) for (const box of boxes(target)) box.checked = target.checked;
    if (target.matches("[type=checkbox]")) count();
  });

  document.addEventListener("alur:ticked", count);
  addEventListener("pageshow", count);
})();
