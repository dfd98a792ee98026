// SPDX-License-Identifier: BSD-2-Clause
// Theme and language before the first paint, so that neither is seen to change: not a module, which
// would come too late.
"use strict";

globalThis.seamarkChoices = (() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const kept = {};

  // Where nothing can be kept, a choice holds until the page is left.
  function get(name) {
    try {
      return localStorage.getItem(`seamark.${name}`) ?? kept[name];
    } catch {
      return kept[name];
    }
  }

  function set(name, value) {
    kept[name] = value;
    try {
      localStorage.setItem(`seamark.${name}`, value);
    } catch {
      /* kept above */
    }
    apply();
  }

  function theme() {
    const chosen = get("theme");
    return chosen === "light" || chosen === "dark" ? chosen : "auto";
  }

  function language() {
    const chosen = get("language");
    if (chosen === "en" || chosen === "zh") return chosen;
    return (navigator.language ?? "").toLowerCase().startsWith("zh") ? "zh" : "en";
  }

  function apply() {
    const root = document.documentElement;
    const now = theme() === "auto" ? (dark.matches ? "dark" : "light") : theme();
    root.lang = language() === "zh" ? "zh-CN" : "en";
    if (root.dataset.theme !== now) {
      root.dataset.theme = now;
      root.dispatchEvent(new Event("themechange"));
    }
  }

  dark.addEventListener("change", apply);
  apply();
  return { set, theme, language };
})();
