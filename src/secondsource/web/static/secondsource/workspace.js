/* The little that a browser must do itself: forms that send on choice, grids, and suppliers that are dragged out. */
"use strict";

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});

document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

/* Grids: one cell is in the tab order; arrows move, typing edits, a paste fills. */

const grid = () => document.querySelector("table.cells[data-edit]");
const place = (cell) => {
  const row = cell.parentElement;
  const table = row.closest("table");
  return { table, row: [...table.tBodies[0].rows].indexOf(row), column: cell.cellIndex };
};
const cellAt = (table, row, column) => table.tBodies[0].rows[row]?.cells[column];
const rowNumber = (table, row) => Number(table.dataset.first) + row;
const columnName = (table, column) => table.tHead.rows[0].cells[column]?.dataset.column;

const focusCell = (cell) => {
  if (!cell || cell.tagName !== "TD") return;
  cell.closest("table").querySelectorAll("td[tabindex='0']").forEach((other) => { other.tabIndex = -1; });
  cell.tabIndex = 0;
  cell.focus();
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
};

const readyGrid = () => {
  const table = document.querySelector("table.cells");
  if (!table) return;
  table.querySelectorAll("tbody td").forEach((cell) => { cell.tabIndex = -1; });
  const first = table.querySelector("tbody td");
  if (first) first.tabIndex = 0;
};
document.addEventListener("DOMContentLoaded", readyGrid);

const send = async (table, cells, next) => {
  table.dataset.busy = "";
  document.addEventListener("htmx:afterSettle", () => {
    readyGrid();
    const fresh = document.querySelector("table.cells");
    if (fresh && next) focusCell(cellAt(fresh, next.row, next.column));
  }, { once: true });
  await htmx.ajax("POST", table.dataset.url, {
    target: "#grid", swap: "innerHTML",
    values: { edit: JSON.stringify({ base: Number(table.dataset.base), cells }) },
  });
};

const edit = (cell, start) => {
  const { table, row, column } = place(cell);
  const before = cell.textContent;
  const input = document.createElement("input");
  input.value = start ?? before;
  input.setAttribute("aria-label", columnName(table, column));
  cell.classList.add("editing");
  cell.replaceChildren(input);
  input.focus();
  let over = false;
  const finish = (keep, step) => {
    if (over) return;
    over = true;
    const text = input.value;
    cell.classList.remove("editing");
    cell.textContent = keep ? text : before;
    const next = { row: row + (step?.[0] ?? 0), column: Math.max(1, column + (step?.[1] ?? 0)) };
    if (keep && text !== before) send(table, [[rowNumber(table, row), columnName(table, column), text]], next);
    else focusCell(cellAt(table, next.row, next.column) ?? cell);
  };
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter") { event.preventDefault(); finish(true, [event.shiftKey ? -1 : 1, 0]); }
    if (event.key === "Tab") { event.preventDefault(); finish(true, [0, event.shiftKey ? -1 : 1]); }
    if (event.key === "Escape") finish(false);
  });
  input.addEventListener("blur", () => finish(true));
};

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

document.addEventListener("keydown", (event) => {
  const cell = event.target.closest?.("table.cells td");
  if (!cell) return;
  const { table, row, column } = place(cell);
  if (STEPS[event.key]) {
    event.preventDefault();
    focusCell(cellAt(table, row + STEPS[event.key][0], column + STEPS[event.key][1]));
    return;
  }
  if (!("edit" in table.dataset)) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
    event.preventDefault();
    document.querySelector(event.shiftKey ? "[data-redo]" : "[data-undo]")?.click();
  } else if (event.key === "Enter" || event.key === "F2") {
    event.preventDefault();
    edit(cell);
  } else if (event.key === "Delete" || event.key === "Backspace") {
    event.preventDefault();
    if (cell.textContent) send(table, [[rowNumber(table, row), columnName(table, column), ""]], { row, column });
  } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    edit(cell, event.key);
  }
});

document.addEventListener("dblclick", (event) => {
  const cell = event.target.closest?.("table.cells[data-edit] td:not(.editing)");
  if (cell) edit(cell);
});
document.addEventListener("click", (event) => {
  const cell = event.target.closest?.("table.cells td:not(.editing)");
  if (cell && event.target === cell) focusCell(cell);
});

/* Excel puts cells with line breaks or quotes into double quotes. */
const parse = (text) => {
  const rows = [[]];
  let cell = "", quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (quoted) {
      if (sign === '"' && text[at + 1] === '"') { cell += '"'; at += 1; }
      else if (sign === '"') quoted = false;
      else cell += sign;
    } else if (sign === '"' && cell === "") quoted = true;
    else if (sign === "\t") { rows.at(-1).push(cell); cell = ""; }
    else if (sign === "\n") { rows.at(-1).push(cell.replace(/\r$/, "")); cell = ""; rows.push([]); }
    else cell += sign;
  }
  rows.at(-1).push(cell.replace(/\r$/, ""));
  return rows.filter((row) => row.length > 1 || row[0] !== "");
};

document.addEventListener("paste", (event) => {
  const cell = event.target.closest?.("table.cells[data-edit] td:not(.editing)");
  if (!cell) return;
  event.preventDefault();
  const { table, row, column } = place(cell);
  const cells = [];
  parse(event.clipboardData.getData("text/plain")).forEach((texts, down) => {
    texts.forEach((text, across) => {
      const name = columnName(table, column + across);
      if (name) cells.push([rowNumber(table, row + down), name, text]);
    });
  });
  if (cells.length) send(table, cells, { row, column });
});

document.addEventListener("copy", (event) => {
  const cell = event.target.closest?.("table.cells td:not(.editing)");
  if (!cell || String(document.getSelection())) return;
  event.preventDefault();
  event.clipboardData.setData("text/plain", cell.textContent);
});

/* A supplier dragged into the field is left out of the plan. */
document.addEventListener("dragstart", (event) => {
  const chip = event.target.closest?.(".chip");
  if (chip) event.dataTransfer.setData("text/plain", chip.value);
});
document.addEventListener("dragover", (event) => {
  const bin = event.target.closest?.(".bin");
  if (bin) { event.preventDefault(); bin.classList.add("over"); }
});
document.addEventListener("dragleave", (event) => event.target.closest?.(".bin")?.classList.remove("over"));
document.addEventListener("drop", (event) => {
  const bin = event.target.closest?.(".bin");
  if (!bin) return;
  event.preventDefault();
  const wanted = event.dataTransfer.getData("text/plain");
  [...bin.closest("[data-drop]").querySelectorAll(".chip")].find((chip) => chip.value === wanted)?.click();
});

/* Keys outside fields and grids: ? lists them, / searches, G and a letter opens a room. By the place of the key, so that
   they are the same under a Cyrillic layout; single keys can be switched off (WCAG 2.1.4). */
const keyboard = () => document.getElementById("keyboard");
const keysAreOn = () => localStorage.getItem("keys") !== "off";
let opensRoom = 0;

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-keys]")) keyboard()?.showModal();
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-keys-on]")) localStorage.setItem("keys", event.target.checked ? "on" : "off");
});
document.addEventListener("DOMContentLoaded", () => {
  const box = document.querySelector("[data-keys-on]");
  if (box) box.checked = keysAreOn();
});

document.addEventListener("keydown", (event) => {
  const busy = event.target.closest?.("input, select, textarea, [contenteditable], table.cells td, dialog");
  if (busy || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !keysAreOn()) return;
  if (event.key === "?") {
    event.preventDefault();
    keyboard()?.showModal();
  } else if (event.key === "/") {
    const search = document.querySelector("main input[type=search]");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
  } else if (event.code === "KeyG") {
    opensRoom = event.timeStamp + 1500;
  } else if (event.timeStamp < opensRoom && /^Key[A-Z]$/.test(event.code)) {
    opensRoom = 0;
    document.querySelector(`nav a[data-key="${event.code.slice(3)}"]`)?.click();
  }
});
