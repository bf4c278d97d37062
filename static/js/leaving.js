// Rows that leave a list fade instead of vanishing: when a live part comes back without a row of its [data-fades], a copy of
// the row stays in its place for a moment, which nobody can press. Not for people who asked for less motion.
(() => {
  const kept = new WeakMap(); // request -> [the row's element in the list, its id, the id of the row before it]
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  document.addEventListener("htmx:beforeSwap", ({ detail: { target, requestConfig, shouldSwap, xhr } }) => {
    if (still.matches || !shouldSwap || requestConfig?.elt !== target || !target?.matches("[data-live]")) return;
    const rows = [...target.querySelectorAll("[data-fades] [data-row][id]")];
    kept.set(
      xhr,
      rows.map((row, place) => [row.closest("li"), row.id, rows[place - 1]?.id]),
    );
  });

  document.addEventListener("htmx:afterSwap", ({ detail: { xhr } }) => {
    const places = new Map(); // id of a row that has left -> its copy
    for (const [item, id, before] of kept.get(xhr) ?? []) {
      if (document.getElementById(id)) continue;
      const copy = item.cloneNode(true);
      for (const each of copy.querySelectorAll("*"))
        for (const name of ["id", "data-row", "data-lead", "data-version"]) each.removeAttribute(name);
      copy.inert = true;
      copy.classList.add("is-leaving");
      copy.addEventListener("animationend", () => copy.remove());
      const after = places.get(before) ?? document.getElementById(before)?.closest("li");
      if (after) after.after(copy);
      else document.querySelector("[data-fades] ul")?.prepend(copy);
      places.set(id, copy);
    }
    kept.delete(xhr);
  });
})();
