/**
 * Light or dark: as the system says, or as chosen here. A plain script in the head, so that no page begins in the
 * wrong colours.
 *
 * @module
 */
{
  const KEY = "pollux-theme";
  const THEMES = ["auto", "light", "dark"];

  const chosen = () => {
    try {
      const kept = localStorage.getItem(KEY) ?? "";
      return THEMES.includes(kept) ? kept : "auto";
    } catch {
      return "auto";
    }
  };

  const show = (/** @type {string} */ theme) => {
    document.documentElement.dataset["theme"] = theme;
  };

  show(chosen());
  document.addEventListener("pollux-theme", () => {
    const next = THEMES[(THEMES.indexOf(chosen()) + 1) % THEMES.length] ?? "auto";
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // A browser that keeps nothing forgets it with the page.
    }
    show(next);
  });
}
