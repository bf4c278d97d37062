// Short messages at the foot of the page: those that the page came with, those that an answer carries as the event "toast"
// (HX-Trigger: {"toast": {"text", "level", "undo", "links"}}), and what is said when a request fails.
// What it says itself comes translated from <template id="words">.
(() => {
  const words = document.getElementById("words");
  const says = words?.dataset ?? {};
  const drawn = (selector) => words?.content.querySelector(selector).cloneNode(true);

  // ---- messages: gone after 8 s, problems after 16 s, never while somebody points at one or stands in it
  const shelf = document.getElementById("toasts");

  function watch(toast) {
    if (toast.dataset.watched) return;
    toast.dataset.watched = "yes";
    let timer;
    const wait = () => {
      clearTimeout(timer);
      if (!toast.dataset.stays) timer = setTimeout(() => toast.remove(), toast.matches(".is-problem") ? 16000 : 8000);
    };
    const hold = () => clearTimeout(timer);
    toast.addEventListener("mouseenter", hold);
    toast.addEventListener("focusin", hold);
    toast.addEventListener("mouseleave", wait);
    toast.addEventListener("focusout", wait);
    wait();
  }

  function say({ text, level = "success", undo, links = [], stays = "" }) {
    if (!text || !shelf) return;
    const same = [...shelf.children].find((each) => each.querySelector("span")?.firstChild?.textContent === text);
    if (same && level !== "success") return;
    const isProblem = level === "error" || level === "warning";
    const toast = document.createElement("div");
    toast.className = isProblem ? "al-toast is-problem" : "al-toast";
    toast.dataset.toast = "";
    toast.dataset.stays = stays;
    const line = document.createElement("span");
    line.textContent = text;
    links
      .filter(([, href]) => href.startsWith("/"))
      .forEach(([textContent, href], step) => {
        line.append(step ? ", " : " ", Object.assign(document.createElement("a"), { href, textContent }));
      });
    toast.append(drawn(isProblem ? ".sign.warn" : ".i"), line);
    if (undo?.startsWith("/")) toast.append(undoForm(undo));
    const close = document.createElement("button");
    Object.assign(close, { type: "button", className: "al-x" });
    close.dataset.toastClose = "";
    close.setAttribute("aria-label", says.close ?? "");
    close.append(drawn(".i-14"));
    toast.append(close);
    shelf.append(toast);
    watch(toast);
  }

  function undoForm(action) {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action });
    const values = { csrfmiddlewaretoken: token(), next: location.pathname + location.search };
    for (const [name, value] of Object.entries(values)) {
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
    const button = Object.assign(document.createElement("button"), { type: "submit", textContent: says.undo ?? "" });
    button.dataset.key = "x";
    form.append(button);
    return form;
  }

  function token() {
    return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
  }

  shelf?.querySelectorAll("[data-toast]").forEach(watch);
  if (shelf) {
    new MutationObserver(() => shelf.querySelectorAll("[data-toast]").forEach(watch)).observe(shelf, {
      childList: true,
    });
  }
  document.addEventListener("toast", (event) =>
    say({ ...event.detail, text: event.detail?.text ?? event.detail?.value }),
  );

  // ---- failures, in the server's words where it gave some
  document.addEventListener("htmx:sendError", () => say({ text: says.offline, level: "error", stays: "offline" }));
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) shelf?.querySelectorAll('[data-stays="offline"]').forEach((toast) => toast.remove());
  });
  document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
    const carried = xhr.getResponseHeader("HX-Trigger") ?? "";
    if (xhr.status === 409 || xhr.status === 422 || /toast|signed-out/.test(carried)) return;
    say({ text: messageIn(xhr) || says.failed, level: "error" });
  });

  function messageIn(xhr) {
    const type = xhr.getResponseHeader("Content-Type") ?? "";
    if (type.startsWith("text/plain")) return xhr.responseText.slice(0, 300);
    if (!type.startsWith("text/html")) return "";
    const page = new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector("[data-problem]");
    return [...(page?.querySelectorAll("h1, [data-problem-says]") ?? [])]
      .map((each) => each.textContent.trim())
      .join(". ");
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-toast-close]")) event.target.closest("[data-toast]")?.remove();
  });
})();
