// Keys, countdowns and the palette. Every act is a link, a button or a field that is on the page anyhow:
// a key only presses it, so nothing here can do what a mouse cannot, and all works without this file.
"use strict";

const SINGLE = "askhour-single-keys"; // where the browser remembers that single keys are off
const all = (selector) => [...document.querySelectorAll(selector)];
const typing = (element) => element.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
const singleKeys = () => localStorage.getItem(SINGLE) !== "off";

const nameOf = (event) => {
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("mod");
  if (event.shiftKey && event.key.length > 1) parts.push("shift");
  return [...parts, event.key].join("+");
};

function press(element) {
  if (element.matches("textarea, input")) element.focus();
  else element.click();
}

function step(by) {
  const rows = all("#rows a.row");
  if (!rows.length) return;
  const opened = rows.findIndex((row) => row === document.activeElement || row.hasAttribute("aria-current"));
  const at = rows.indexOf(document.activeElement);
  const from = at >= 0 ? at : opened >= 0 ? opened : by > 0 ? -1 : rows.length;
  rows[Math.min(Math.max(from + by, 0), rows.length - 1)].focus();
}

const words = () => document.getElementById("keys").dataset; // in the page's language
const everywhere = {
  j: [() => words().textNext, () => step(1)],
  k: [() => words().textBefore, () => step(-1)],
  "?": [() => words().textKeys, () => showKeys()],
  "mod+k": [() => words().textPalette, () => showPalette()],
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || document.querySelector("dialog[open]")) return;
  const name = nameOf(event);
  const single = !name.startsWith("mod");
  if (single && (!singleKeys() || typing(event.target))) return;
  const act = everywhere[name] ? everywhere[name][1] : press;
  const target = everywhere[name] ? null : document.querySelector(`[data-key="${CSS.escape(name)}"]`);
  if (!everywhere[name] && !target) return;
  event.preventDefault();
  act(target);
});

const spell = (name) => name.replace("mod", "Ctrl or Cmd").replace("shift", "Shift").replaceAll("+", " + ");

function showKeys() {
  const list = document.querySelector("#keys dl");
  const here = all("[data-key]").map((element) => [element.dataset.key, element.dataset.label]);
  const rows = [...Object.entries(everywhere).map(([key, [label]]) => [key, label()]), ...here];
  list.replaceChildren(
    ...rows.flatMap(([key, label]) => {
      const term = document.createElement("dt");
      const what = document.createElement("dd");
      term.textContent = spell(key);
      what.textContent = label;
      return [term, what];
    }),
  );
  document.getElementById("single-keys").checked = singleKeys();
  document.getElementById("keys").showModal();
}

function showPalette() {
  const words = document.getElementById("palette-words");
  words.value = "";
  fillPalette("");
  document.getElementById("palette").showModal();
  words.focus();
}

function acts() {
  const keyed = all("[data-key]").map((element) => [element.dataset.label, () => press(element)]);
  const links = all("header nav a, nav.views a, #rows a.row").map((link) => [
    link.textContent.trim().replace(/\s+/g, " ").slice(0, 90),
    () => link.click(),
  ]);
  return [...keyed, ...links, [words().textKeys, showKeys]];
}

function fillPalette(words) {
  const wanted = words.toLowerCase().split(/\s+/);
  const found = acts().filter(([label]) => wanted.every((word) => label.toLowerCase().includes(word)));
  const options = found.slice(0, 12).map(([label, act], index) => {
    const option = document.createElement("li");
    option.setAttribute("role", "option");
    option.id = `palette-${index}`;
    option.textContent = label;
    option.setAttribute("aria-selected", String(index === 0));
    option.addEventListener("click", () => choose(act));
    option.act = act;
    return option;
  });
  document.getElementById("palette-list").replaceChildren(...options);
  mark(0);
}

function mark(index) {
  const options = all("#palette-list [role=option]");
  options.forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
  document.getElementById("palette-words").setAttribute("aria-activedescendant", options[index]?.id ?? "");
}

function choose(act) {
  document.getElementById("palette").close();
  act();
}

document.addEventListener("DOMContentLoaded", () => {
  document.getElementById("palette-words").addEventListener("input", (event) => fillPalette(event.target.value));
  document.getElementById("palette-words").addEventListener("keydown", (event) => {
    const options = all("#palette-list [role=option]");
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") mark(Math.min(at + 1, options.length - 1));
    else if (event.key === "ArrowUp") mark(Math.max(at - 1, 0));
    else if (event.key === "Enter") options[at] && choose(options[at].act);
    else return;
    event.preventDefault();
  });
  document.getElementById("single-keys").addEventListener("change", (event) =>
    localStorage.setItem(SINGLE, event.target.checked ? "on" : "off"),
  );
});

// With a keyboard the wording is put where the cursor stands; what was typed stays.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  const field = document.getElementById("text");
  if (!button || !field) return;
  event.preventDefault();
  field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});

// The page's clock may be a demo's: what is left is counted from when the page came, by the server's word.
const started = new Map();
setInterval(() => {
  for (const place of all("[data-left]")) {
    if (!started.has(place)) started.set(place, performance.now());
    const left = Number(place.dataset.left) - (performance.now() - started.get(place)) / 1000 * Number(place.dataset.speed ?? 1);
    const whole = Math.max(Math.floor(left), 0);
    place.textContent = whole >= 60 ? `${Math.floor(whole / 60)} min ${whole % 60} s` : `${whole} s`;
  }
  for (const place of started.keys()) if (!place.isConnected) started.delete(place);
}, 500);
