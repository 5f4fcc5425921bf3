/* Where one is in a table: one cell of it is in the order of the page, arrows lead to the others. */
const INNER = "a[href], button, input";
const PAGE = 15;

/** What takes the focus in a cell: its one control, else the cell itself. */
function target(cell) {
  return cell.querySelector(":scope.weft-check input, :scope.weft-title > a, .weft-group-name > a, .weft-group-more a") ?? cell;
}

export class Grid {
  constructor(table, place = null) {
    this.table = table;
    table.setAttribute("role", "grid");
    this.rows = [...table.querySelectorAll("tbody > tr")];
    this.heads = [...table.tHead.rows[0].cells];
    for (const row of this.rows) for (const cell of row.cells) this.prepare(cell);
    const row = this.rows[Math.min(place?.row ?? 0, this.rows.length - 1)];
    this.settle(row?.cells[Math.min(place?.column ?? this.first, row.cells.length - 1)]);
  }

  /** The column of titles, after that of tick boxes. */
  get first() {
    return this.heads[0]?.classList.contains("weft-check") ? 1 : 0;
  }

  prepare(cell) {
    if (cell.tagName === "TD") cell.setAttribute("role", "gridcell");
    const own = target(cell);
    for (const each of cell.querySelectorAll(INNER)) if (each !== own) each.tabIndex = -1;
    own.tabIndex = -1;
  }

  knows(cell) {
    return Boolean(cell) && this.rows.includes(cell.parentElement);
  }

  get row() {
    return this.cell?.parentElement;
  }

  get place() {
    return this.cell ? { row: this.rows.indexOf(this.row), column: this.cell.cellIndex } : null;
  }

  head(cell) {
    return cell.closest(".weft-group, .weft-group-more") ? null : this.heads[cell.cellIndex];
  }

  /** Make a cell the one that is in the order of the page. */
  settle(cell, { keep = false } = {}) {
    if (!cell) return;
    const still = keep && cell === this.cell;
    if (this.cell) target(this.cell).tabIndex = -1;
    this.cell?.classList.remove("is-here");
    this.cell = cell;
    if (!still) this.end = cell;
    target(cell).tabIndex = 0;
    cell.classList.add("is-here");
    this.mark();
  }

  focus() {
    target(this.cell)?.focus({ preventScroll: true });
    this.cell?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  go(cell) {
    this.end = cell;
    this.settle(cell);
    this.focus();
  }

  /** Stretch what is chosen from the cell one is at to another. */
  stretch(cell) {
    this.end = cell;
    this.mark();
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  at(from, down, right) {
    const row = this.rows[Math.min(Math.max(this.rows.indexOf(from.parentElement) + down, 0), this.rows.length - 1)];
    return row.cells[Math.min(Math.max(from.cellIndex + right, 0), row.cells.length - 1)];
  }

  step(down, right) {
    this.go(this.at(this.cell, down, right));
  }

  /** Follow a key; tells whether it was one that leads somewhere. */
  walk(event) {
    const { key, shiftKey } = event;
    const far = event.ctrlKey || event.metaKey;
    const long = this.rows.length;
    const ways = {
      ArrowDown: [far ? long : 1, 0], ArrowUp: [far ? -long : -1, 0],
      ArrowRight: [0, far ? 999 : 1], ArrowLeft: [0, far ? -999 : -1],
      Home: [far ? -long : 0, -999], End: [far ? long : 0, 999],
      PageDown: [PAGE, 0], PageUp: [-PAGE, 0],
    };
    const way = ways[key];
    if (!way || event.altKey) return false;
    if (shiftKey) this.stretch(this.at(this.end, ...way));
    else this.step(...way);
    return true;
  }

  /** The chosen cells, row by row. */
  chosen() {
    if (!this.cell) return [];
    const [a, b] = [this.cell, this.end ?? this.cell].map((each) => ({ row: this.rows.indexOf(each.parentElement), column: each.cellIndex }));
    const [top, bottom] = [a.row, b.row].sort((one, other) => one - other);
    const [left, right] = [a.column, b.column].sort((one, other) => one - other);
    return this.rows.slice(top, bottom + 1).map((row) => [...row.cells].slice(left, right + 1));
  }

  mark() {
    for (const each of this.marked ?? []) each.removeAttribute("aria-selected");
    const cells = this.chosen().flat();
    this.marked = cells.length > 1 ? cells : [];
    for (const each of this.marked) each.setAttribute("aria-selected", "true");
  }

  /** The fields from a cell to the right. */
  keys(cell) {
    return this.heads.slice(Math.max(cell.cellIndex, this.first)).map((each) => each.dataset.key);
  }

  /** The records from the row one is at downwards. */
  below() {
    return this.rows.slice(this.rows.indexOf(this.row)).filter((row) => row.id.startsWith("row-"));
  }
}
