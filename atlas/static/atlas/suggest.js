/* Suggestions while typing: a combobox with a listbox, after the ARIA Authoring Practices.
   Without this script the field is a plain search field. */
"use strict";

(() => {
  const field = document.querySelector("input[data-suggest]");
  if (!field) return;
  const list = document.getElementById("suggestions");
  const status = field.parentElement.querySelector("[role=status]");
  const WAIT = 160; // milliseconds without a key before the site is asked
  let timer, request, chosen = -1;

  list.setAttribute("role", "listbox");
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-expanded": "false", "aria-controls": list.id,
    "aria-autocomplete": "list", "aria-haspopup": "listbox", spellcheck: "false",
  })) field.setAttribute(name, value);

  const options = () => [...list.children];

  function choose(index) {
    chosen = index;
    options().forEach((option, n) => option.setAttribute("aria-selected", String(n === index)));
    const option = options()[index];
    if (option) {
      field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else field.removeAttribute("aria-activedescendant");
  }

  function show(open) {
    list.hidden = !open;
    field.setAttribute("aria-expanded", String(open));
    choose(-1);
  }

  function say(count) {
    const words = count === 0 ? "none" : count === 1 ? "one" : "many";
    status.textContent = status.dataset[words].replace("#", count);
  }

  async function ask(text) {
    request?.abort();
    request = new AbortController();
    const url = `${field.dataset.suggest}?${new URLSearchParams({ q: text })}`;
    try {
      const answer = await fetch(url, { signal: request.signal });
      if (!answer.ok || field.value.trim() !== text) return;
      list.innerHTML = await answer.text(); // our own page, escaped by its template
      say(options().length);
      show(options().length > 0 && document.activeElement === field);
    } catch (error) {
      if (error.name !== "AbortError") show(false); // offline: a plain search field
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    const text = field.value.trim();
    if (text.length < 2 && !/[^\u0000-\u0dff]/.test(text)) {
      request?.abort();
      return show(false);
    }
    timer = setTimeout(() => ask(text), WAIT);
  });

  field.addEventListener("keydown", (event) => {
    const count = options().length, open = !list.hidden;
    if (event.key === "Escape" && open) show(false);
    else if (event.key === "ArrowDown" && count) {
      if (open) choose(chosen + 1 < count ? chosen + 1 : -1);
      else { show(true); choose(0); }
    } else if (event.key === "ArrowUp" && count) {
      if (open) choose(chosen < 0 ? count - 1 : chosen - 1);
      else { show(true); choose(count - 1); }
    } else if (event.key === "Enter" && open && chosen >= 0) {
      location.assign(options()[chosen].dataset.url);
    } else return;
    event.preventDefault();
  });

  list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.url);
  });
  field.addEventListener("blur", () => show(false));
})();
