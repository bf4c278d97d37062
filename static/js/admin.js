// Places in the admin's sortable lists begin with 1: the theme numbers from 0 when a row was dragged. And a form is sent
// once, however often its button is pressed; a download leaves the page where it is, so that its form stays usable.
(() => {
  "use strict";
  const ENOUGH = 10000; // milliseconds
  const isDownload = (button) => button?.name === "effect_csv";

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || isDownload(event.submitter) || event.defaultPrevented) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, ENOUGH); // a request that was broken off may be sent again
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  document.addEventListener("end", (event) => {
    const list = event.target.closest?.("[data-ordering-field]");
    if (!list) return;
    setTimeout(() => {
      const field = list.dataset.orderingField;
      [...list.querySelectorAll(`input[name$="-${field}"]`)]
        .filter((input) => !input.name.includes("__prefix__") && input.value !== "")
        .forEach((input, index) => {
          input.value = index + 1;
        });
    });
  });
})();
