// Ctrl+Enter, or Cmd+Enter on a Mac, saves the form whose text area somebody writes in, as its first button does; in the
// admin as "Save".
(() => {
  "use strict";
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    const form = event.target.matches?.("textarea") && event.target.form;
    if (!form || form.method !== "post") return;
    const buttons = [...form.elements].filter((each) => each.matches("button:not([type=button]), input[type=submit]"));
    const save = buttons.find((each) => each.name === "_save") ?? buttons.find((each) => !each.disabled);
    event.preventDefault();
    if (save) save.click();
    else form.requestSubmit();
  });
})();
