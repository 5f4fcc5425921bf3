/* A table as a sheet: walked with the arrows, edited in place, copied and pasted. On a phone it stays a list. */
import { say, toast } from "weft/core";
import { block, read } from "weft/sheet/copying";
import { Editor } from "weft/sheet/editor";
import { Grid } from "weft/sheet/grid";

const WIDE = matchMedia("(min-width: 768px)");

class Sheet extends HTMLElement {
  undone = [];

  connectedCallback() {
    for (const kind of ["keydown", "dblclick", "click", "focusin"]) this.addEventListener(kind, this);
    for (const kind of ["copy", "paste", "htmx:after:settle"]) document.addEventListener(kind, this);
    WIDE.addEventListener("change", this);
    this.editor = new Editor(this);
    this.arrange();
  }

  disconnectedCallback() {
    for (const kind of ["copy", "paste", "htmx:after:settle"]) document.removeEventListener(kind, this);
    WIDE.removeEventListener("change", this);
    this.editor.close();
  }

  get editable() {
    return "editable" in this.dataset;
  }

  get table() {
    return this.querySelector("table");
  }

  /** Give the table its roles, or take them away where it is cards. */
  arrange() {
    this.grid = WIDE.matches && this.table ? new Grid(this.table, this.grid?.place) : null;
    this.classList.toggle("is-grid", Boolean(this.grid));
  }

  handleEvent(event) {
    if (event.type === "change" || event.type === "htmx:after:settle") this.arrange();
    else if (this.grid) this[event.type](event);
  }

  focusin({ target }) {
    const cell = target.closest("td, th");
    if (cell && this.grid.knows(cell)) this.grid.settle(cell, { keep: true });
  }

  click(event) {
    const cell = event.target.closest("tbody td, tbody th");
    if (!this.editable || !cell || !this.grid.knows(cell) || event.target.closest("a, button, input, label")) return;
    const again = cell === this.grid.cell && cell.contains(this.was);
    this.was = cell;
    event.stopPropagation();
    if (event.shiftKey) this.grid.stretch(cell);
    else this.grid.go(cell);
    if (again && this.editable && !event.shiftKey) this.edit();
  }

  dblclick(event) {
    if (event.target.closest("tbody td, tbody th") === this.grid.cell && this.editable) this.edit();
  }

  keydown(event) {
    if (event.isComposing || event.defaultPrevented || !this.grid.knows(event.target.closest("td, th"))) return;
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key.toLowerCase() === "z" && !event.shiftKey) this.take(event, () => this.undo());
    else if (this.grid.walk(event)) this.take(event, () => {});
    else if (event.key === " " && command) this.take(event, () => this.open());
    else if (!command && !event.altKey && this.editable) this.type(event);
  }

  take(event, act) {
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  type(event) {
    const link = event.target.closest("a, input");
    if (event.key === "F2") this.take(event, () => this.edit());
    else if (event.key === "Enter" && !link) this.take(event, () => this.edit());
    else if (event.key === "Delete" || event.key === "Backspace") this.take(event, () => this.edit(""));
    else if (event.key.length === 1 && !(link?.matches("input") && event.key === " ")) {
      this.take(event, () => this.edit(event.key));
    }
  }

  /** Open the record of the row. */
  open() {
    this.grid.row?.querySelector(".weft-title a")?.click();
  }

  address(row, key) {
    return `${this.dataset.url}/${row.id.slice(4)}/cell/${key}?${this.dataset.query}`;
  }

  /** Edit the cell that is chosen; `typed` takes the place of what stands there. */
  edit(typed) {
    const { cell, row } = this.grid;
    const head = this.grid.head(cell);
    if (!row?.id.startsWith("row-") || !head?.dataset.key) return;
    if (head.dataset.closed) toast(head.dataset.closed);
    else this.editor.open(cell, this.address(row, head.dataset.key), typed);
  }

  /** Put a row that was saved in the place of the one that is there. */
  replace(row, html, step) {
    const at = this.grid.place;
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    const made = fresh.content.querySelector("tr");
    const ticked = row.querySelector(".weft-check input")?.checked;
    row.replaceWith(made);
    if (ticked) made.querySelector(".weft-check input").checked = true;
    this.grid = new Grid(this.table, at);
    this.grid.focus();
    if (step) this.grid.step(...step);
  }

  /** Remember what a cell held before it was saved. */
  remember(change) {
    this.undone.push(change);
    say(this.dataset.saved);
  }

  async undo() {
    const last = this.undone.pop();
    if (!last) return toast(this.dataset.nothing);
    const row = this.querySelector(`#${last.row}`);
    if (!row) return toast(this.dataset.nothing);
    last.before.set("_version", row.dataset.version);
    const answer = await this.editor.send(last.url, last.before);
    if (!answer?.ok) return toast(this.dataset.failed, "danger");
    this.replace(row, await answer.text());
    return toast(this.dataset.undone, "success");
  }

  /** What is chosen as text goes to the clipboard, unless text is marked or typed in. */
  copy(event) {
    if (!this.contains(document.activeElement) || !getSelection().isCollapsed || this.editor.busy) return;
    if (document.activeElement.matches("input:not([type=checkbox]), textarea")) return;
    const cells = this.grid.chosen();
    event.clipboardData.setData("text/plain", block(cells));
    event.preventDefault();
    say(this.dataset.copied.replace("{count}", cells.flat().length));
  }

  paste(event) {
    if (!this.contains(document.activeElement) || this.editor.busy || !this.editable) return;
    const text = event.clipboardData.getData("text/plain");
    if (!text) return;
    event.preventDefault();
    const cells = read(text);
    if (cells.length === 1 && cells[0].length === 1) this.edit(cells[0][0]);
    else if (this.dataset.paste) this.send(text);
  }

  /** A block goes to a page that shows what would become of it. */
  send(text) {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: this.dataset.paste, hidden: true });
    const add = (name, value) => {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name, value });
      form.append(input);
    };
    add("csrf", this.closest("form").elements.csrf.value);
    add("back", location.search);
    add("text", text);
    for (const key of this.grid.keys(this.grid.cell)) add("key", key);
    for (const row of this.grid.below()) add("row", row.id.slice(4));
    document.body.append(form);
    form.submit();
  }
}

customElements.define("weft-sheet", Sheet);
