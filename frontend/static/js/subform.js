/* Rows of a subform: add, copy, remove, move, paste; names, ids and labels are numbered again after each. */
import { say, t, toast } from "weft/core";

const ATTRIBUTES = ["name", "id", "for", "aria-describedby", "aria-labelledby", "data-field", "data-fact", "data-name"];
const NUMBERED = ATTRIBUTES.map((each) => `[${each}]`).join();

class Subform extends HTMLElement {
  connectedCallback() {
    this.body = this.querySelector("tbody");
    this.template = this.querySelector(":scope > template");
    this.next = this.rows.length;
    this.addEventListener("click", this);
    this.addEventListener("keydown", this);
    this.addEventListener("paste", (event) => this.paste(event));
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
    else if (button.dataset.act === "copy") this.copy(row);
    else this.move(row, button.dataset.act, button);
  }

  add() {
    const row = this.append();
    this.number(this.rows.length - 1);
    row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    this.done("subform.added", { count: this.rows.length });
  }

  get most() {
    return Number(this.dataset.most);
  }

  /** A copy stands below its original; it is a new row, with the same in its inputs. */
  copy(row) {
    if (this.rows.length >= this.most) { toast(t("subform.too_many", { count: this.most }), "warning"); return; }
    const made = this.append();
    row.after(made);
    this.number(this.rows.indexOf(made));
    const [from, to] = [row, made].map((each) => inputs(each));
    from.forEach((input, index) => repeat(input, to[index]));
    to[0]?.focus();
    this.done("subform.copied", { count: this.rows.length });
  }

  /** A block of cells goes into the rows from here on; what does not fit on the rows there are makes new ones. */
  async paste(event) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const row = event.target.closest("[data-row]");
    if (!row || !/[\t\n]./.test(text) || event.target.tagName === "TEXTAREA") return;
    event.preventDefault();
    const { cells, put } = await import("weft/pasting");
    const block = cells(text);
    const cell = event.target.closest("td");
    const [first, column] = [this.rows.indexOf(row), inputs(row).findIndex((each) => each.closest("td") === cell)];
    const fitting = block.slice(0, this.most - first);
    const missing = first + fitting.length - this.rows.length;
    for (let more = 0; more < missing; more += 1) this.append();
    this.number(first);
    const rows = this.rows;
    fitting.forEach((texts, index) => {
      const there = inputs(rows[first + index]);
      texts.forEach((text, place) => { const input = there[Math.max(column, 0) + place]; if (input) put(input, text); });
    });
    if (fitting.length < block.length) toast(t("subform.too_many", { count: this.most }), "warning");
    this.done("subform.pasted", { count: fitting.length });
  }

  append() {
    const markup = this.template.innerHTML.replaceAll("__i__", String(this.next)).replaceAll("__n__", String(this.next + 1));
    this.next += 1;
    const holder = document.createElement("template");
    holder.innerHTML = markup.trim();
    const row = holder.content.firstElementChild;
    this.body.append(row);
    return row;
  }

  drop(row) {
    const neighbour = row.nextElementSibling ?? row.previousElementSibling;
    const place = this.rows.indexOf(row);
    row.remove();
    this.number(place);
    (neighbour?.querySelector('[data-act="remove"]') ?? this.querySelector("[data-add]")).focus();
    this.done("subform.removed", { count: this.rows.length });
  }

  move(row, act, button) {
    const focused = button ?? document.activeElement;
    if (act === "up") row.previousElementSibling?.before(row);
    else row.nextElementSibling?.after(row);
    this.number(Math.max(this.rows.indexOf(row) - 1, 0));
    focused.focus();
    this.done("subform.moved", { row: this.rows.indexOf(row) + 1 });
  }

  /** `items.3.qty` and `f-items-3-qty` follow the place of the row; those before the first keep theirs. */
  number(first) {
    const name = this.dataset.name;
    const [dotted, dashed] = [`${name}.`, `f-${name.replaceAll(".", "-")}-`];
    const rows = this.rows;
    rows.slice(first).forEach((row, place) => {
      const index = first + place;
      for (const element of row.querySelectorAll(NUMBERED)) {
        for (const attribute of ATTRIBUTES) {
          const value = element.getAttribute(attribute);
          if (value) element.setAttribute(attribute, value.split(" ").map((part) => renumber(part, dotted, dashed, index)).join(" "));
        }
      }
      this.describe(row, index + 1);
    });
    this.next = rows.length;
    this.querySelector("[data-empty]").hidden = this.next > 0;
  }

  describe(row, number) {
    row.querySelector("[data-number]").textContent = number;
    for (const [act, code] of [["up", "move_up"], ["down", "move_down"], ["remove", "remove_row"], ["copy", "copy_row"]]) {
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

/** Return what is typed into in a row, a cell each, in their order. */
function inputs(row) {
  return [...row.querySelectorAll("input:not([type=hidden]), select, textarea")].filter((each) => !each.closest(".ts-wrapper, weft-region > select"));
}

function repeat(from, to) {
  if (!to || from.type === "file") return;
  if (from.type === "checkbox" || from.type === "radio") to.checked = from.checked;
  else if (from.tagName === "SELECT") for (const each of from.selectedOptions) repeatOption(to, each);
  else to.value = from.value;
}

function repeatOption(select, option) {
  const known = [...select.options].find((each) => each.value === option.value);
  if (known) known.selected = true;
  else select.add(new Option(option.textContent, option.value, true, true));
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
