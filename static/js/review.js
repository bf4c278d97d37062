// The review desk: J and K open the next lead at once, and what was ticked, or chosen for all ticked leads, stays when the
// list is replaced.
(() => {
  const typing = (element) => element?.closest?.("input:not([type=radio]):not([type=checkbox]), textarea, select");
  const boxes = () => [...document.querySelectorAll("#review-list [name=items]")];
  const beyond = () => document.querySelector("#bulk [data-ticks-beyond]");
  const choices = () => [...document.querySelectorAll("#bulk select")];
  let kept = null; // what was ticked and chosen at the moment of a swap

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

  const isDesk = (element) => element?.id === "review" || element?.id === "review-list";

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (!isDesk(detail.target)) return;
    const ticked = boxes()
      .filter((box) => box.checked)
      .map((box) => box.value);
    const isTheirs = ticked.length > 0 || detail.target.id === "review-list"; // a newly opened lead brings its own queue
    kept = {
      ticked,
      isAll: beyond()?.checked,
      chosen: isTheirs ? choices().map((select) => [select.id, select.value]) : [],
    };
  });

  document.addEventListener("htmx:afterSwap", () => {
    if (!kept) return;
    for (const box of boxes()) box.checked = kept.ticked.includes(box.value);
    if (beyond()) beyond().checked = kept.isAll ?? false;
    for (const [id, value] of kept.chosen) {
      const select = document.getElementById(id);
      if ([...(select?.options ?? [])].some((option) => option.value === value)) select.value = value;
    }
    kept = null;
    document.dispatchEvent(new Event("alur:ticked"));
  });

  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    if (detail.elt?.id !== "review") return;
    document.querySelector(".al-reviewrow.sel")?.scrollIntoView({ block: "nearest" });
    const isFree = document.activeElement === document.body && !document.querySelector("#review [autofocus]");
    if (isFree) document.querySelector("[data-review-lead]")?.focus({ preventScroll: true });
    if (matchMedia("(max-width: 767.98px)").matches) document.getElementById("rev")?.scrollIntoView({ block: "start" });
  });
})();
