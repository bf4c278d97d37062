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

// Buttons that copy a text beside them.
document.addEventListener("DOMContentLoaded", () => {
  "use strict";
  document.querySelectorAll("[data-copy]").forEach((button) => {
    const field = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", async () => {
      field.select();
      try {
        await navigator.clipboard.writeText(field.value);
        button.textContent = button.dataset.copied;
      } catch {
        field.focus(); // it is marked: the keys for copying work
      }
    });
  });
});

