// Places in the admin's sortable lists begin with 1: the theme numbers from 0 when a row was dragged.
(() => {
  "use strict";
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
