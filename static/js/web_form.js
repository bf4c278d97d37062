// Moves the focus to the first field that is wrong: browsers ignore autofocus in a frame of another website.
(() => {
  "use strict";
  const first = document.querySelector("[aria-invalid='true']") ?? document.querySelector("[data-says]");
  first?.focus();
})();
