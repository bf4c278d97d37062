// The weekly cleanup: one box ticks all of the page, and the number of ticked leads is said.
(() => {
  const boxes = () => [...document.querySelectorAll("#cleanup-list [name=leads]")];

  function count() {
    const ticked = boxes().filter((box) => box.checked).length;
    const all = document.getElementById("tick-all");
    if (all) {
      all.checked = ticked > 0 && ticked === boxes().length;
      all.indeterminate = ticked > 0 && !all.checked;
    }
    for (const each of document.querySelectorAll("[data-ticked]")) each.textContent = ticked;
  }

  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-ticks]")) for (const box of boxes()) box.checked = target.checked;
    if (target.matches("[data-ticks], [name=leads]")) count();
  });

  addEventListener("pageshow", count);
})();
