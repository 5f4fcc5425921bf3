/* Blocks of cells as text, as spreadsheets write them: tabs, lines, and quotes around what holds either. */

/** What a person reads in a cell. */
function text(cell) {
  if (cell.querySelector(".weft-blank")) return "";
  const copy = cell.cloneNode(true);
  for (const each of copy.querySelectorAll(".weft-mark, .weft-avatar, .visually-hidden, svg")) each.remove();
  const box = cell.querySelector("input[type=checkbox]");
  return box ? "" : copy.textContent.replace(/\s+/g, " ").trim();
}

function quoted(value) {
  return /["\t\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** Write rows of cells; a column of tick boxes is none. */
export function block(rows) {
  const cells = rows.map((row) => row.filter((cell) => !cell.classList.contains("weft-check")));
  return cells.map((row) => row.map((cell) => quoted(text(cell))).join("\t")).join("\n");
}

/** Read a block; a cell in quotes may hold tabs and lines. */
export function read(source) {
  const rows = [[]];
  const cell = /"((?:[^"]|"")*)"(?=\t|\r?\n|$)|([^\t\r\n]*)/y;
  let at = 0;
  while (at <= source.length) {
    cell.lastIndex = at;
    const found = cell.exec(source);
    rows.at(-1).push(found[1]?.replaceAll('""', '"') ?? found[2]);
    at = cell.lastIndex;
    if (source[at] === "\t") at += 1;
    else if (at >= source.length) break;
    else {
      at += source.startsWith("\r\n", at) ? 2 : 1;
      if (at >= source.length) break;
      rows.push([]);
    }
  }
  return rows;
}
