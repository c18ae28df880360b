"use strict";
(() => {
  // Everything works without this script. It asks the server what a press of a button would ask.
  const touched = new Set();
  let timer = 0;
  let asking = null;
  let begun = null;

  const page = async (address, options) => {
    const answer = await fetch(address, options);
    if (!answer.ok && answer.status !== 422) throw new Error(String(answer.status));
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  };

  const typed = (form, step = "check") => {
    const values = new URLSearchParams(new FormData(form));
    values.set("step", step);
    return values;
  };

  // A field that is still empty, because nobody has been there, has no faults yet.
  const begins = (field) => touched.has(field.id) || [...field.querySelectorAll("input, select, textarea")].some(
    (each) => (each.type === "checkbox" ? each.checked : each.value !== ""));

  const quiet = (field) => {
    if (begins(field)) return;
    field.querySelectorAll(".fault").forEach((each) => each.remove());
    field.querySelectorAll("[aria-invalid]").forEach((each) => each.removeAttribute("aria-invalid"));
  };

  const take = (field, fresh) => {
    const says = field.querySelector(".says");
    const news = fresh.querySelector(".says");
    if (says && news && begins(field)) {
      if (says.textContent !== news.textContent) says.replaceChildren(...news.cloneNode(true).childNodes);
      const wrong = fresh.querySelector("[aria-invalid]") !== null;
      field.querySelectorAll("input, select, textarea").forEach((each) => {
        if (wrong) each.setAttribute("aria-invalid", "true");
        else each.removeAttribute("aria-invalid");
      });
    }
    const options = field.querySelectorAll("option");
    const others = fresh.querySelectorAll("option");
    if (options.length === others.length) options.forEach((each, index) => { each.textContent = others[index].textContent; });
  };

  const check = async (form) => {
    if (asking) asking.abort();
    asking = new AbortController();
    try {
      const answer = await page(form.action, { method: "POST", body: typed(form), signal: asking.signal });
      form.querySelectorAll("[data-field]").forEach((field) => {
        const fresh = answer.getElementById(field.id);
        if (fresh) take(field, fresh);
      });
    } catch (error) { /* the next key, or the button, asks again */ }
  };

  const watch = () => {
    const form = document.querySelector("form[data-check]");
    if (!form) return;
    form.addEventListener("input", (event) => {
      const field = event.target.closest("[data-field]");
      if (field) touched.add(field.id);
      clearTimeout(timer);
      timer = setTimeout(check, 300, form);
    });
  };

  // What goes on: the part of the page that changes is asked for again, until nothing changes any more.
  const follow = async () => {
    const live = document.getElementById("live");
    if (!live || live.dataset.following !== "yes") return;
    try {
      const answer = await page(location.href);
      const fresh = answer.getElementById("live");
      if (fresh && fresh.innerHTML !== live.innerHTML) live.replaceChildren(...fresh.childNodes);
      if (fresh) live.dataset.following = fresh.dataset.following;
      document.title = answer.title;
    } catch (error) { /* the next time */ }
    setTimeout(follow, 700);
  };

  // The author's loop: a request that waits for a change of the files, then the page with what was typed.
  const swap = (answer) => {
    const active = document.activeElement && document.activeElement.id;
    const fresh = answer.getElementById("main");
    fresh.querySelectorAll("[data-field]").forEach(quiet);
    if (!document.getElementById("faults")) fresh.querySelectorAll(".faults").forEach((each) => each.remove());
    document.getElementById("main").replaceChildren(...fresh.childNodes);
    const again = active && document.getElementById(active);
    if (again) again.focus();
    document.title = answer.title;
    watch();
  };

  const loop = async () => {
    const tree = document.getElementById("tree");
    if (!tree) return;
    let pause = 0;
    try {
      const answer = await fetch(`${tree.dataset.changes}?since=${tree.dataset.state}`);
      const state = (await answer.json()).state;
      if (state !== tree.dataset.state) {
        const form = document.querySelector("form[data-check]");
        // Kept while a fault in the files stands in place of the form.
        if (form && (touched.size > 0 || form.dataset.filled === "yes")) {
          const step = document.getElementById("review") ? "review" : "check";
          begun = { address: form.action, body: typed(form, step) };
        }
        swap(begun ? await page(begun.address, { method: "POST", body: begun.body }) : await page(location.href));
      }
    } catch (error) { pause = 1000; }
    setTimeout(loop, pause);
  };

  const summary = document.getElementById("faults");
  if (summary) summary.focus();
  watch();
  follow();
  loop();
})();
