// Chooses the time zone of the browser where none was ever saved. Old names of zones are not in the list, and stay out.
for (const choice of document.querySelectorAll("[data-own-zone] select")) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...choice.options].some((option) => option.value === zone)) choice.value = zone;
}
