// On a phone, rows of links and pictures over time scroll sideways: they open at the current link, at the newest end, and maps of a
// week at seven in the morning.
(() => {
  function show(root) {
    for (const link of root.querySelectorAll("nav [aria-current]")) {
      const strip = link.closest("nav");
      if (strip.scrollWidth <= strip.clientWidth) continue;
      const [inner, outer] = [link.getBoundingClientRect(), strip.getBoundingClientRect()];
      if (inner.left >= outer.left && inner.right <= outer.right) continue;
      strip.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
    }
    for (const strip of root.querySelectorAll("[data-newest-last]")) strip.scrollLeft = strip.scrollWidth;
    for (const map of root.querySelectorAll("[data-opens-at]")) map.scrollLeft = map.scrollWidth * map.dataset.opensAt;
  }

  document.addEventListener("DOMContentLoaded", () => show(document));
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target.id === "nav") show(document.getElementById("nav").parentElement);
    if (detail.target.id === "heat-map") show(document.getElementById("flow-heat"));
  });
})();
