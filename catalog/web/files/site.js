"use strict";
(() => {
  const box = document.querySelector(".search");
  const field = document.getElementById("query");
  const status = document.getElementById("count");
  const sections = [...document.querySelectorAll("section[data-kind]")];
  const items = [...document.querySelectorAll("li[data-search]")];
  const named = (item, words) =>
    (item.dataset.names || "").split("\n").filter((name) => words.some((word) => name.toLowerCase().includes(word)));
  const search = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const item of items) {
      const fits = words.every((word) => item.dataset.search.includes(word));
      item.hidden = !fits;
      count += fits ? 1 : 0;
      const why = item.querySelector(".why");
      if (why) {
        const names = fits && words.length ? named(item, words) : [];
        const more = names.length > 4 ? ` and ${names.length - 4} more` : "";
        why.textContent = names.slice(0, 4).join(", ") + more;
        why.hidden = names.length === 0;
      }
    }
    for (const section of sections) {
      section.hidden = words.length > 0 && !section.querySelector("li[data-search]:not([hidden])");
    }
    const result = count === 0 ? "Nothing has these words." : count === 1 ? "1 result" : `${count} results`;
    status.textContent = words.length ? result : "";
  };
  field.addEventListener("input", search);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      field.value = "";
      search();
    }
    if (event.key === "Enter") {
      const link = document.querySelector("li[data-search]:not([hidden]) a");
      if (field.value.trim() && link) link.click();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== field && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      field.focus();
    }
  });
  box.hidden = false;
  search();
})();
