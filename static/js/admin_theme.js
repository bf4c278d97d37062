// The theme of the settings is that of the application: <html class="light|dark|system">, as the server says. Runs before the
// page is drawn and before Alpine, whose own memory of a theme would win otherwise.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isSystem = root.classList.contains("system");
  try {
    const own = root.classList.contains("dark") ? "dark" : "light";
    localStorage.setItem("_x_adminTheme", JSON.stringify(isSystem ? "auto" : own));
  } catch {
    // a browser that stores nothing: Alpine takes what the page says
  }
  if (!isSystem) return;
  const follow = () => root.classList.toggle("dark", dark.matches);
  follow();
  dark.addEventListener("change", follow);
})();
