// Forms: one press sends one request, a choice may send its form at once (data-autosubmit), and the theme changes without
// a reload (data-theme-form).
(() => {
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (form.method === "dialog" || (form.method === "get" && !form.hasAttribute("hx-get"))) return;
      if (form.dataset.sent) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      form.dataset.sent = "yes";
      busy(form, true);
      setTimeout(() => free(form), 6000); // a download answers without leaving the page
    },
    true,
  );

  // Not `disabled`: that would take the focus away and drop the button's own value.
  function busy(form, is) {
    for (const button of form.querySelectorAll("button:not([type=button]), input[type=submit]")) {
      if (is) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
    }
  }

  function free(form) {
    delete form.dataset.sent;
    busy(form, false);
  }

  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt?.closest?.("form");
    if (form) free(form);
  });
  document.addEventListener("htmx:confirm", (event) => {
    const form = event.detail.elt?.closest?.("form[data-sent]");
    if (form && event.detail.question) setTimeout(() => free(form)); // a question came first: answered no, or sent since
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(free));

  document.addEventListener("change", (event) => {
    event.target.closest("form[data-autosubmit]")?.requestSubmit();
  });

  // ---- a button that writes a value into a field (data-fill: its id, data-value) or ticks it, as if by hand
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fill]");
    const field = button && document.getElementById(button.dataset.fill);
    if (!field) return;
    if (field.type === "checkbox") field.checked = true;
    else field.value = button.dataset.value;
    field.focus();
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });

  // ---- the theme without a reload; the form works without this
  const offline = () => {
    const text = document.getElementById("words")?.dataset.offline;
    document.dispatchEvent(new CustomEvent("toast", { detail: { text, level: "error" } }));
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-theme-form]")) return;
    event.preventDefault();
    const chosen = event.submitter.value;
    fetch(form.action, { method: "POST", body: new FormData(form, event.submitter), redirect: "manual" })
      .catch(() => offline())
      .finally(() => free(form));
    document.documentElement.dataset.theme = chosen;
    for (const button of document.querySelectorAll("[data-theme-form] button")) {
      button.setAttribute("aria-pressed", button.value === chosen);
    }
  });
})();
