// The desk on a phone: a lead fills the screen, and is a page of its own in the browser's history (css/pages/phone.css).
// From the list it opens by the browser itself; what is done in an open lead stays with htmx.
(() => {
  const isPhone = matchMedia("(max-width: 760px)");
  const opened = () => document.querySelector(".al-onelead #lead-name");

  document.addEventListener("htmx:confirm", (event) => {
    const { elt, target } = event.detail;
    if (!isPhone.matches || target?.id !== "lead" || opened()) return;
    event.preventDefault();
    if (elt.matches("form")) elt.submit();
    else location.assign(elt.href);
  });

  // Back leads where one came from, as the button of the phone does: the list stands where it stood.
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-back]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const from = document.referrer && new URL(document.referrer);
    const isFromList =
      from && from.origin === location.origin && from.pathname === location.pathname && !from.searchParams.has("lead");
    if (!isFromList || history.state?.htmx || history.length < 2) return;
    event.preventDefault();
    history.back();
  });
})();
