/* Comfort for who fills in the desk's forms: dates in words, records of that name, addresses on
   file, amounts, and a warning before unsaved work is left.  The forms work without it. */
"use strict";

(() => {
  const { words: WORDS, onFile: ON_FILE } = document.currentScript.dataset;
  const WAIT = 250; // milliseconds without a key before the site is asked
  const timers = new WeakMap();

  const later = (field, work) => {
    clearTimeout(timers.get(field));
    timers.set(field, setTimeout(work, WAIT));
  };

  /* A quiet line under a field, read out when it changes. */
  function lineOf(field, name) {
    const id = `${field.id || field.name}-${name}`;
    let line = document.getElementById(id);
    if (!line) {
      line = document.createElement("div");
      line.id = id;
      line.className = `said ${name}`;
      line.setAttribute("role", "status");
      field.after(line);
      const described = field.getAttribute("aria-describedby");
      field.setAttribute("aria-describedby", described ? `${described} ${id}` : id);
    }
    return line;
  }

  /* What appears above the field in use may push it off the screen: it is brought back. */
  function inSight(work) {
    const field = document.activeElement;
    const off = () => field.getBoundingClientRect().bottom > innerHeight;
    const was = off();
    work();
    if (off() && !was) field.scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  async function ask(address, values) {
    const answer = await fetch(`${address}?${new URLSearchParams(values)}`).catch(() => null);
    return answer?.ok ? answer : null; // offline or signed out: no comfort, no harm
  }

  /* -------------------------------------------------------------- dates in words */

  function sayDate(field, said) {
    const line = lineOf(field, "in-words");
    inSight(() => { line.textContent = said ? said.words ?? said.error : ""; });
    line.classList.toggle("wrong", Boolean(said?.error));
  }

  async function readDates(fields) {
    const filled = fields.filter((field) => field.value.trim());
    fields.filter((field) => !field.value.trim()).forEach((field) => sayDate(field, null));
    for (let at = 0; at < filled.length; at += 50) {
      const some = filled.slice(at, at + 50);
      const answer = await ask(WORDS, some.map((field) => ["d", field.value]));
      const found = answer ? await answer.json() : {};
      some.forEach((field) => field.value in found && sayDate(field, found[field.value]));
    }
  }

  /* -------------------------------------------------------------- names and addresses */

  async function findAlike(field) {
    const own = location.pathname.match(/\/(\d+)\/change\//)?.[1] ?? "";
    const text = field.value.trim();
    const answer = await ask(field.dataset.alike, { q: text, not: own });
    if (!answer || field.value.trim() !== text) return;
    const html = await answer.text(); // our own page, escaped there
    inSight(() => { lineOf(field, "alike").innerHTML = html; });
  }

  async function findSource(field) {
    const url = field.value.trim();
    const answer = url ? await ask(ON_FILE, { url }) : null;
    const found = answer ? await answer.json() : {};
    inSight(() => { lineOf(field, "found").textContent = found.words ?? ""; });
  }

  /* -------------------------------------------------------------- amounts */

  function showAmount(kind) {
    const start = kind.name.slice(0, -"amount_kind".length);
    const wanted = {
      amount: kind.value !== "undisclosed",
      currency: kind.value !== "undisclosed",
      amount_max: kind.value === "range",
      undisclosed_reason: kind.value === "undisclosed",
    };
    for (const [name, shown] of Object.entries(wanted)) {
      const field = kind.form.elements[start + name];
      const box = field?.closest(`.field-${name}`);
      // what is filled in stays in sight, else nobody could clear it
      if (box) box.hidden = !shown && !field.value;
    }
  }

  /* -------------------------------------------------------------- listening */

  document.addEventListener("input", ({ target }) => {
    if (!(target instanceof HTMLElement)) return;
    if (target.matches("[data-edtf]")) later(target, () => readDates([target]));
    if (target.matches("[data-alike]")) later(target, () => findAlike(target));
    if (target.matches("[data-on-file]")) later(target, () => findSource(target));
    if (target.name?.startsWith("says:")) target.closest("tr").querySelector("[name=fact]").checked = true;
  });
  document.addEventListener("change", ({ target }) => {
    if (target.name?.endsWith("amount_kind")) showAmount(target);
  });
  document.addEventListener("formset:added", ({ target }) => {
    target.querySelectorAll("select[name$=amount_kind]").forEach(showAmount);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-tick]");
    if (!link) return;
    event.preventDefault();
    document.querySelectorAll(link.dataset.tick).forEach((box) => { box.checked = true; });
  });

  /* -------------------------------------------------------------- unsaved work */

  function guard(form) {
    const now = () => {
      const data = new FormData(form);
      data.delete("csrfmiddlewaretoken");
      return new URLSearchParams(data).toString();
    };
    const saved = form.querySelector(".errornote") ? null : now(); // refused: nothing is saved yet
    let leaving = false;
    form.addEventListener("submit", () => { leaving = true; });
    addEventListener("pageshow", () => { leaving = false; });
    addEventListener("beforeunload", (event) => {
      if (!leaving && now() !== saved) event.preventDefault();
    });
  }

  addEventListener("load", () => {
    readDates([...document.querySelectorAll("[data-edtf]")].filter((field) => field.value));
    document.querySelectorAll("select[name$=amount_kind]").forEach(showAmount);
    const form = document.querySelector("form[data-guard], .change-form #content-main > form");
    if (form) setTimeout(() => guard(form)); // after Django's own scripts
  });
})();
