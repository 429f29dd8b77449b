/* Pictures: a closer look (buttons, keys, ctrl and wheel, drag) and labels on hover and focus.
   Without this script a picture is still drawn, linked and described, and its table says the same.
   Nothing moves by itself, so there is no motion to reduce. */
"use strict";

(() => {
  const CLOSEST = 16, STEP = 1.6, PAN = 0.15; // times; times; share of what is seen
  const LEAST_DRAG = 4; // pixels, below which a press is a click
  const LINGER = 120; // milliseconds in which the pointer may reach a label

  /* ---- labels: what <title> says, where the eye is; the link keeps the words as its name */

  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true");
  document.body.append(tip);
  let leaving;

  function label(link) {
    const title = link.querySelector("title");
    if (!title) return;
    link.setAttribute("aria-label", title.textContent);
    title.remove(); // else the browser shows it a second time
    link.addEventListener("pointerenter", (event) => event.pointerType === "touch" || say(link, event));
    link.addEventListener("pointerleave", leave);
    link.addEventListener("focus", () => link.matches(":focus-visible") && say(link));
    link.addEventListener("blur", hush);
  }

  function say(link, event) {
    clearTimeout(leaving);
    const [head, ...rest] = link.getAttribute("aria-label").split("; ");
    tip.replaceChildren(...[head, ...rest].map((line) => {
      const p = document.createElement("p");
      p.textContent = line;
      return p;
    }));
    tip.hidden = false;
    const box = link.getBoundingClientRect(), own = tip.getBoundingClientRect();
    const long = event && (box.width > 160 || box.height > 60); // a line, not a dot
    const x = long ? event.clientX : box.left + box.width / 2;
    const top = (long ? event.clientY - 12 : box.top) - own.height - 8;
    const under = (long ? event.clientY + 12 : box.bottom) + 8;
    const most = document.documentElement.clientWidth - own.width - 8;
    tip.style.left = `${Math.max(8, Math.min(x - own.width / 2, most))}px`;
    tip.style.top = `${top > 8 ? top : under}px`;
  }

  function hush() {
    clearTimeout(leaving);
    tip.hidden = true;
  }
  function leave() {
    leaving = setTimeout(hush, LINGER);
  }
  tip.addEventListener("pointerenter", () => clearTimeout(leaving));
  tip.addEventListener("pointerleave", leave);
  addEventListener("scroll", hush, { passive: true, capture: true });
  addEventListener("keydown", (event) => event.key === "Escape" && hush());

  /* ---- a closer look: only the viewBox changes, so links and focus stay where they are */

  function closer(canvas, svg, words) {
    const [left, top, width, height] = svg.getAttribute("viewBox").split(/[\s,]+/).map(Number);
    let x = left, y = top, times = 1;
    const tools = words.content.firstElementChild.cloneNode(true);
    const button = (name) => tools.querySelector(`[data-do=${name}]`);
    canvas.before(tools);

    function show() {
      const w = width / times, h = height / times;
      x = Math.min(Math.max(x, left), left + width - w);
      y = Math.min(Math.max(y, top), top + height - h);
      svg.setAttribute("viewBox", [x, y, w, h].map((n) => n.toFixed(2)).join(" "));
      svg.style.setProperty("--shrink", (times ** -0.6).toFixed(3)); // dots part as they come near
      canvas.classList.toggle("canvas--close", times > 1);
      for (const name of ["out", "whole"]) button(name).disabled = times === 1;
      button("in").disabled = times === CLOSEST;
      hush();
    }

    /* the point (px, py), as shares of what is seen, stays in its place */
    function zoom(factor, px = 0.5, py = 0.5) {
      const before = times;
      times = Math.min(Math.max(times * factor, 1), CLOSEST);
      x += px * (width / before - width / times);
      y += py * (height / before - height / times);
      show();
    }

    function pan(dx, dy) {
      x += (dx * width) / times;
      y += (dy * height) / times;
      show();
    }

    function whole() {
      times = 1;
      show();
    }

    const acts = {
      "+": () => zoom(STEP), "=": () => zoom(STEP), "-": () => zoom(1 / STEP), 0: whole,
      ArrowLeft: () => pan(-PAN, 0), ArrowRight: () => pan(PAN, 0),
      ArrowUp: () => pan(0, -PAN), ArrowDown: () => pan(0, PAN),
    };
    canvas.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !acts[event.key]) return;
      if (event.key.startsWith("Arrow") && times === 1) return; // the page scrolls
      acts[event.key]();
      event.preventDefault();
    });
    button("in").addEventListener("click", () => zoom(STEP));
    button("out").addEventListener("click", () => zoom(1 / STEP));
    button("whole").addEventListener("click", whole);

    const share = (event) => {
      const box = svg.getBoundingClientRect();
      return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    };
    canvas.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return; // the page scrolls
      zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, ...share(event));
      event.preventDefault();
    }, { passive: false });

    let held = null, dragged = false;
    svg.addEventListener("pointerdown", (event) => {
      dragged = false;
      if (times > 1 && event.button === 0) held = [event.clientX, event.clientY];
    });
    addEventListener("pointermove", (event) => {
      if (!held) return;
      const [dx, dy] = [held[0] - event.clientX, held[1] - event.clientY];
      if (!dragged && Math.hypot(dx, dy) < LEAST_DRAG) return;
      const box = svg.getBoundingClientRect();
      dragged = true;
      held = [event.clientX, event.clientY];
      pan(dx / box.width, dy / box.height);
    });
    for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => (held = null));
    svg.addEventListener("dragstart", (event) => event.preventDefault());
    svg.addEventListener("click", (event) => {
      if (dragged) event.preventDefault(); // the picture was moved, nothing was chosen
      dragged = false;
    }, true);

    /* what the keyboard reaches comes into sight */
    svg.addEventListener("focusin", (event) => {
      if (times === 1 || !event.target.matches(":focus-visible")) return;
      const box = svg.getBoundingClientRect(), own = event.target.getBoundingClientRect();
      const px = (own.left + own.width / 2 - box.left) / box.width;
      const py = (own.top + own.height / 2 - box.top) / box.height;
      if (px < 0.05 || px > 0.95 || py < 0.05 || py > 0.95) pan(px - 0.5, py - 0.5);
      say(event.target);
    });
    show();
  }

  const words = document.querySelector("template[data-tools]");
  for (const svg of document.querySelectorAll(".canvas > svg.picture")) {
    svg.querySelectorAll("a").forEach(label);
    if (words) closer(svg.parentElement, svg, words);
  }
})();
