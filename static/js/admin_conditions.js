// The condition builder of the admin: it gives each value the control that fits, adds and removes rows, and shows what is
// typed as a sentence. The form works without it.
(() => {
  "use strict";
  const OF_A_FIELD = new Set(["number", "span", "choice", "several"]);
  const MANY = 12; // more boxes than this get a field to find one
  const PAUSE = 300; // milliseconds after the last key until the sentence is asked for

  const part = (row, name) => row.querySelector(`[data-part="${name}"]`);
  const inputs = (row) => [...part(row, "value").querySelectorAll("input[name], select[name]")];

  function controlOf(row) {
    const kind = part(row, "field").selectedOptions[0]?.dataset.kind;
    if (!kind) return "nothing";
    const pairs = (part(row, "operator").selectedOptions[0]?.dataset.controls || "").split(" ");
    return pairs.find((pair) => pair.startsWith(`${kind}:`))?.split(":")[1] || "nothing";
  }

  function fitOperators(row) {
    const operator = part(row, "operator");
    const kind = part(row, "field").selectedOptions[0]?.dataset.kind || "";
    for (const option of operator.options) {
      const fits = !kind || ` ${option.dataset.controls}`.includes(` ${kind}:`);
      option.hidden = option.disabled = !fits;
    }
    if (operator.selectedOptions[0]?.disabled) {
      operator.value = [...operator.options].find((option) => !option.disabled).value;
    }
  }

  // What was typed goes along where the new control can hold it.
  function carry(values, row) {
    const now = inputs(row);
    if (now[0]?.type === "checkbox") {
      now.forEach((box) => {
        box.checked = values.includes(box.value);
      });
    } else {
      now.forEach((input, place) => {
        if (values[place] !== undefined) input.value = values[place];
      });
    }
    if (now[0]?.tagName === "SELECT" && now[0].selectedIndex < 0) now[0].value = "";
  }

  function typedIn(row) {
    return inputs(row)
      .filter((input) => input.type !== "checkbox" || input.checked)
      .map((input) => input.value)
      .filter(Boolean);
  }

  function fitValue(row, builder) {
    const control = controlOf(row);
    const field = part(row, "field").value;
    const blank = OF_A_FIELD.has(control) ? `${control}-${field}` : control;
    const value = part(row, "value");
    if (value.dataset.blank === blank) return;
    const keeps = value.dataset.field === field ? typedIn(row) : [];
    value.replaceChildren(builder.querySelector(`template[data-blank="${blank}"]`).content.cloneNode(true));
    Object.assign(value.dataset, { blank, field, control });
    carry(keeps, row);
    findIn(value, builder);
  }

  function findIn(value, builder) {
    const list = value.querySelector(".al-checks");
    if (!list || list.children.length <= MANY) return;
    const find = document.createElement("input");
    Object.assign(find, { type: "search", className: "al-checks-find", placeholder: builder.dataset.find });
    find.setAttribute("aria-label", builder.dataset.find);
    find.addEventListener("input", (event) => {
      event.stopPropagation();
      const wanted = find.value.trim().toLocaleLowerCase();
      for (const label of list.children) label.hidden = !label.textContent.toLocaleLowerCase().includes(wanted);
    });
    find.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
    for (const label of [...list.children].reverse()) if (label.querySelector(":checked")) list.prepend(label);
    value.prepend(find);
  }

  function renumber(row, number, prefix) {
    for (const input of row.querySelectorAll(`[name^="${prefix}-"]`)) {
      const name = input.name.replace(/-\d+-(\w+)$/, `-${number}-$1`);
      input.name = name;
      if (input.id) input.id = input.id.replace(/-\d+-(\w+)$/, `-${number}-$1`);
    }
    for (const named of row.querySelectorAll("[aria-label]")) {
      named.setAttribute("aria-label", named.getAttribute("aria-label").replace(/\d+/, number + 1));
    }
  }

  // The sentence comes from the server, in the words of the lists; an older answer never overwrites a newer one.
  function teller(builder) {
    const output = builder.querySelector("[data-sentence]");
    const form = builder.closest("form");
    let timer = 0;
    let asked = null;
    return () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        asked?.abort();
        asked = new AbortController();
        const body = new FormData();
        body.set("csrfmiddlewaretoken", form?.querySelector("[name=csrfmiddlewaretoken]")?.value || "");
        for (const input of builder.querySelectorAll("input[name], select[name]")) {
          if (input.type !== "checkbox" || input.checked) body.append(input.name, input.value);
        }
        try {
          const answer = await fetch(builder.dataset.says, { method: "POST", body, signal: asked.signal });
          if (answer.ok) output.textContent = (await answer.json()).sentence;
        } catch (problem) {
          if (problem.name !== "AbortError") output.textContent = "…";
        }
      }, PAUSE);
    };
  }

  function start(builder) {
    const rows = builder.querySelector("ol");
    const add = builder.querySelector("[data-add]");
    const all = () => [...rows.querySelectorAll("[data-condition]")];
    const isBlank = (row) => !part(row, "field").value && !typedIn(row).length && !row.classList.contains("errors");
    const pattern = all().at(-1).cloneNode(true);
    all()
      .filter(isBlank)
      .forEach((row) => row.remove());
    const tell = builder.dataset.says ? teller(builder) : () => {};
    const number = () => all().forEach((row, place) => renumber(row, place, builder.dataset.prefix));

    const fit = (row) => {
      fitOperators(row);
      fitValue(row, builder);
      number();
    };
    const wire = (row, isFresh) => {
      const remove = row.querySelector("[data-remove]");
      const value = part(row, "value");
      remove.hidden = false;
      remove.addEventListener("click", () => {
        row.remove();
        number();
        add.focus();
        tell();
      });
      for (const name of ["field", "operator"]) part(row, name).addEventListener("change", () => fit(row));
      fitOperators(row);
      if (isFresh) return fit(row);
      // what the server drew stays until the field or the comparison changes
      const field = part(row, "field").value;
      const control = value.dataset.control;
      Object.assign(value.dataset, { field, blank: OF_A_FIELD.has(control) ? `${control}-${field}` : control });
      findIn(value, builder);
    };
    all().forEach((row) => wire(row, false));
    add.hidden = false;
    add.addEventListener("click", () => {
      const row = pattern.cloneNode(true);
      rows.append(row);
      number();
      wire(row, true);
      part(row, "field").focus();
    });
    builder.addEventListener("input", tell);
    builder.addEventListener("change", tell);
  }

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-conditions]").forEach(start));
})();
