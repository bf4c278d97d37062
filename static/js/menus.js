// What a press opens and closes: menus (details.al-menu, al-q), dialogs (data-dialog, data-close), and rows that lead to a page
// (data-row with data-href). It also marks that scripts run: <html class="has-js">.
(() => {
  document.documentElement.classList.add("has-js");

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest?.(selector);
    const dialog = at("[data-dialog]") && document.getElementById(at("[data-dialog]").dataset.dialog);
    if (dialog?.showModal) {
      event.preventDefault();
      dialog.showModal();
    }
    if (at("[data-close]")) {
      event.preventDefault();
      at("dialog")?.close();
      shut(at("details"));
    }
    for (const menu of document.querySelectorAll("details.al-menu[open], details.al-q[open]")) {
      if (!menu.contains(event.target)) menu.removeAttribute("open");
    }
    const row = at("[data-row][data-href]");
    if (row && !at("a, button, input, label, select, summary, form") && !getSelection().toString()) {
      location.assign(row.dataset.href);
    }
  });

  function shut(menu) {
    if (!menu) return;
    menu.removeAttribute("open");
    menu.querySelector("summary")?.focus();
  }
})();
