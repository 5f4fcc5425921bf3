/* Rows of a subform: add, remove, move; names, ids and labels are numbered again after each. */
import { say, t } from "weft/core";

const ATTRIBUTES = ["name", "id", "for", "aria-describedby", "aria-labelledby", "data-field", "data-fact", "data-name"];

class Subform extends HTMLElement {
  connectedCallback() {
    this.body = this.querySelector("tbody");
    this.template = this.querySelector(":scope > template");
    this.next = this.rows.length;
    this.addEventListener("click", this);
    this.addEventListener("keydown", this);
  }

  get rows() {
    return [...this.body.querySelectorAll(":scope > [data-row]")];
  }

  handleEvent(event) {
    const row = event.target.closest("[data-row]");
    if (event.type === "keydown") {
      const act = event.altKey && { ArrowUp: "up", ArrowDown: "down" }[event.key];
      if (!act || !row) return;
      event.preventDefault();
      this.move(row, act);
      return;
    }
    const button = event.target.closest("[data-add], [data-act]");
    if (!button) return;
    event.preventDefault();
    if ("add" in button.dataset) this.add();
    else if (button.dataset.act === "remove") this.drop(row);
    else this.move(row, button.dataset.act, button);
  }

  add() {
    const row = this.append();
    row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    this.done("subform.added", { count: this.rows.length });
  }

  append() {
    const markup = this.template.innerHTML.replaceAll("__i__", String(this.next)).replaceAll("__n__", String(this.next + 1));
    this.next += 1;
    const holder = document.createElement("template");
    holder.innerHTML = markup.trim();
    const row = holder.content.firstElementChild;
    this.body.append(row);
    this.number();
    return row;
  }

  drop(row) {
    const neighbour = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    this.number();
    (neighbour?.querySelector('[data-act="remove"]') ?? this.querySelector("[data-add]")).focus();
    this.done("subform.removed", { count: this.rows.length });
  }

  move(row, act, button) {
    const focused = button ?? document.activeElement;
    if (act === "up") row.previousElementSibling?.before(row);
    else row.nextElementSibling?.after(row);
    this.number();
    focused.focus();
    this.done("subform.moved", { row: this.rows.indexOf(row) + 1 });
  }

  /** `items.3.qty` and `f-items-3-qty` follow the place of the row. */
  number() {
    const name = this.dataset.name;
    const [dotted, dashed] = [`${name}.`, `f-${name.replaceAll(".", "-")}-`];
    this.rows.forEach((row, index) => {
      for (const element of row.querySelectorAll("*")) {
        for (const attribute of ATTRIBUTES) {
          const value = element.getAttribute(attribute);
          if (value) element.setAttribute(attribute, value.split(" ").map((part) => renumber(part, dotted, dashed, index)).join(" "));
        }
      }
      this.describe(row, index + 1);
    });
    this.next = this.rows.length;
    this.querySelector("[data-empty]").hidden = this.next > 0;
  }

  describe(row, number) {
    row.querySelector("[data-number]").textContent = number;
    for (const [act, code] of [["up", "move_up"], ["down", "move_down"], ["remove", "remove_row"]]) {
      const button = row.querySelector(`[data-act="${act}"]`);
      if (!button) continue;
      button.title = t(`subform.${code}`, { row: number });
      button.setAttribute("aria-label", button.title);
    }
  }

  done(code, params) {
    say(t(code, params));
    this.dispatchEvent(new Event("weft:changed", { bubbles: true }));
  }
}

function renumber(part, dotted, dashed, index) {
  for (const [prefix, mark] of [[dotted, "."], [dashed, "-"]]) {
    if (!part.startsWith(prefix)) continue;
    const rest = part.slice(prefix.length);
    const end = rest.indexOf(mark);
    return prefix + index + (end < 0 ? "" : rest.slice(end));
  }
  return part;
}

customElements.define("weft-subform", Subform);
