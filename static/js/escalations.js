// Escalations: what was ticked, chosen or written for all ticked leads stays when the list is replaced.
(() => {
  const boxes = () => [...document.querySelectorAll("#escalations-live [name=cases]")];
  const fields = () => [...document.querySelectorAll("#many select, #many input[name=reason]")];
  let kept = null; // what was ticked and chosen at the moment of a swap

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.target?.id !== "escalations-live") return;
    const ticked = boxes().filter((box) => box.checked);
    kept = {
      ticked: ticked.map((box) => box.value),
      chosen: ticked.length ? fields().map((field) => [field.id, field.value]) : [],
    };
  });

  // Not after a swap of another part: an answer that changed nothing was not swapped, and what it kept is old.
  document.addEventListener("htmx:afterSwap", ({ target }) => {
    if (!kept || target.id !== "escalations-live") return;
    for (const box of boxes()) box.checked = kept.ticked.includes(box.value);
    for (const [id, value] of kept.chosen) {
      const field = document.getElementById(id);
      const isThere = !field?.options || [...field.options].some((option) => option.value === value);
      if (field && isThere) field.value = value;
    }
    kept = null;
    document.dispatchEvent(new Event("alur:ticked"));
  });
})();
