// The review desk: J and K open the next lead at once, one box ticks all, and the list follows the open lead.
(() => {
  const typing = (element) => element?.closest?.("input:not([type=radio]):not([type=checkbox]), textarea, select");

  document.addEventListener(
    "keydown",
    (event) => {
      if ((event.key !== "j" && event.key !== "k") || event.ctrlKey || event.metaKey || event.altKey) return;
      if (typing(event.target) || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      document.querySelector(`#rev [data-key="${event.key}"]`)?.click();
    },
    true,
  );

  const boxes = () => [...document.querySelectorAll("#review-list [name=items]")];

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
    if (target.matches("[data-ticks], [name=items]")) count();
  });

  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    count();
    if (detail.elt?.id !== "review") return;
    document.querySelector(".al-reviewrow.sel")?.scrollIntoView({ block: "nearest" });
    const lead = document.querySelector("[data-review-lead]");
    if (!document.querySelector("#review [autofocus]")) lead?.focus({ preventScroll: true });
    if (matchMedia("(max-width: 767.98px)").matches) document.getElementById("rev")?.scrollIntoView({ block: "start" });
  });

  addEventListener("pageshow", count);
})();
