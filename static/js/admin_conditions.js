// The condition builder of the admin: offers what fits the chosen field, adds and removes rows. Without it, all works.
(() => {
  "use strict";
  const WITHOUT_VALUE = new Set(["is_true", "is_false", "is_known", "is_unknown"]);

  const part = (row, name) => row.querySelector(`[data-part="${name}"]`);

  function fit(row, builder) {
    const field = part(row, "field");
    const operator = part(row, "operator");
    const value = part(row, "value");
    const kind = field.selectedOptions[0]?.dataset.kind || "";
    for (const option of operator.options) {
      const fits = !kind || option.dataset.kinds.split(" ").includes(kind);
      option.hidden = !fits;
      option.disabled = !fits;
    }
    if (operator.selectedOptions[0]?.disabled) {
      operator.value = [...operator.options].find((option) => !option.disabled).value;
    }
    const needsNone = WITHOUT_VALUE.has(operator.value);
    value.classList.toggle("al-off", needsNone);
    value.tabIndex = needsNone ? -1 : 0;
    if (needsNone) value.value = "";
    value.placeholder =
      operator.value === "between" ? value.dataset.two : operator.value.endsWith("in") ? value.dataset.several : "";
    const list = builder.querySelector(`[data-list-of="${field.value}"]`);
    if (list) value.setAttribute("list", list.id);
    else value.removeAttribute("list");
    value.inputMode = kind === "number" && operator.value !== "between" ? "decimal" : "text";
  }

  const isBlank = (row) => !part(row, "field").value && !part(row, "value").value;

  function renumber(row, number, prefix) {
    for (const name of ["field", "operator", "value"]) {
      const input = part(row, name);
      input.name = `${prefix}-${number}-${name}`;
      input.id = input.id.replace(/-\d+-(\w+)$/, `-${number}-$1`);
    }
    for (const named of row.querySelectorAll("[aria-label]")) {
      named.setAttribute("aria-label", named.getAttribute("aria-label").replace(/\d+/, number + 1));
    }
  }

  function start(builder) {
    const rows = builder.querySelector("ol");
    const add = builder.querySelector("[data-add]");
    const all = () => [...rows.querySelectorAll("[data-condition]")];
    const pattern = all().at(-1).cloneNode(true);
    all().filter((row) => isBlank(row) && !row.classList.contains("errors")).forEach((row) => row.remove());

    const wire = (row) => {
      const remove = row.querySelector("[data-remove]");
      remove.hidden = false;
      remove.addEventListener("click", () => {
        row.remove();
        all().forEach((each, number) => renumber(each, number, builder.dataset.prefix));
        add.focus();
      });
      part(row, "field").addEventListener("change", () => fit(row, builder));
      part(row, "operator").addEventListener("change", () => fit(row, builder));
      fit(row, builder);
    };
    all().forEach(wire);
    add.hidden = false;
    add.addEventListener("click", () => {
      const row = pattern.cloneNode(true);
      rows.append(row);
      all().forEach((each, number) => renumber(each, number, builder.dataset.prefix));
      wire(row);
      part(row, "field").focus();
    });
  }

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-conditions]").forEach(start));
})();
