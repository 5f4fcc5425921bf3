/* Rows of a list: tick one, a range, all; walk with the arrows; open by a click anywhere. */
import { t } from "weft/core";

const BUSY = "a, button, input, label, select, summary, textarea";

class Table extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", this);
    this.addEventListener("click", this);
    this.addEventListener("keydown", this);
    document.addEventListener("htmx:after:settle", this);
    this.refresh();
  }

  disconnectedCallback() {
    document.removeEventListener("htmx:after:settle", this);
  }

  get boxes() {
    return [...this.querySelectorAll('tbody .weft-check input[type="checkbox"]')];
  }

  handleEvent(event) {
    if (event.type === "change") this.changed(event.target);
    else if (event.type === "click") this.clicked(event);
    else if (event.type === "keydown") this.keydown(event);
    else this.refresh();
  }

  changed(box) {
    if (box.matches("[data-select-all]")) for (const each of this.boxes) each.checked = box.checked;
    this.refresh();
  }

  clicked(event) {
    if (event.target.closest("[data-clear]")) {
      for (const box of this.boxes) box.checked = false;
      this.refresh();
    } else if (event.target.matches(".weft-check input")) {
      this.range(event);
    } else if (!event.target.closest(BUSY) && !getSelection().toString()) {
      event.target.closest("tbody tr")?.querySelector(".weft-title a")?.click();
    }
  }

  /** With Shift every box between the last one ticked and this one follows it. */
  range(event) {
    const boxes = this.boxes;
    const here = boxes.indexOf(event.target);
    if (here < 0) return;
    if (event.shiftKey && this.last !== undefined) {
      const [from, to] = [this.last, here].sort((a, b) => a - b);
      for (const box of boxes.slice(from, to + 1)) box.checked = event.target.checked;
      this.refresh();
    }
    this.last = here;
  }

  keydown(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const row = event.target.closest("tbody tr");
    if (!step || !row || event.isComposing) return;
    const kind = event.target.matches(".weft-check input") ? ".weft-check input" : ".weft-title a";
    const rows = [...this.querySelectorAll("tbody tr")];
    const next = rows[rows.indexOf(row) + step]?.querySelector(kind);
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  refresh() {
    const boxes = this.boxes;
    const count = boxes.filter((box) => box.checked).length;
    const all = this.querySelector("[data-select-all]");
    if (all) {
      all.checked = count > 0 && count === boxes.length;
      all.indeterminate = count > 0 && count < boxes.length;
    }
    this.querySelector("[data-bulk]")?.classList.toggle("is-open", count > 0);
    const shown = this.querySelector("[data-count]");
    if (shown) shown.textContent = t("table.selected", { count });
  }
}

customElements.define("weft-table", Table);
