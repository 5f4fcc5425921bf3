/* The input of one cell, over the cell: Enter and Tab save, Esc leaves it as it was. */
import { request, t, toast } from "weft/core";

const FREE = 'input:not([type="hidden"]):not([type="checkbox"]):not([type="radio"]):not([type="file"]), textarea';
const FIRST = `${FREE}, select, input:not([type="hidden"]), button`;
const WORDS = /^(text|search|tel|url|email|number|)$/;
const BOUNDS = 8;

export class Editor {
  constructor(sheet) {
    this.sheet = sheet;
    this.held = (event) => this.outside(event);
  }

  get busy() {
    return Boolean(this.box);
  }

  async open(cell, url, typed) {
    if (this.box) return;
    this.cell = cell;
    this.url = url;
    this.box = document.createElement("div");
    this.box.className = "weft-cell-editor";
    this.box.popover = "manual";
    this.early = typed;
    this.box.tabIndex = -1;
    this.box.addEventListener("keydown", (event) => { this.listed = Boolean(event.target.closest(".dropdown-active")); }, true);
    this.box.addEventListener("keydown", (event) => this.keydown(event));
    this.box.addEventListener("weft:changed", (event) => this.picked(event));
    this.box.addEventListener("submit", (event) => this.submit(event));
    this.box.addEventListener("click", (event) => this.clicked(event));
    document.body.append(this.box);
    this.box.showPopover();
    this.box.focus();
    cell.setAttribute("aria-busy", "true");
    const answer = await request(url).catch(() => null);
    cell.removeAttribute("aria-busy");
    if (!this.box) return;
    if (!answer?.ok) return this.fail();
    this.fill(await answer.text());
    if (this.box?.querySelector("[data-reason]")) return this.refuse();
    this.before = this.values();
    this.begin();
    document.addEventListener("pointerdown", this.held, true);
    this.scroller = this.sheet.querySelector(".weft-scroll");
    this.placed = () => this.place();
    this.scroller.addEventListener("scroll", this.placed);
    if (this.then) this.save(this.then);
  }

  fill(html) {
    this.box.innerHTML = html;
    for (const element of this.box.querySelectorAll(":not(:defined)")) {
      const tag = element.localName;
      if (tag.startsWith("weft-")) import(`weft/${tag.slice(5)}`).catch(() => toast(this.sheet.dataset.failed, "danger"));
    }
    this.place();
  }

  /** What stands in the way is said, and the cell is left. */
  refuse() {
    const text = this.box.textContent.trim();
    this.close();
    toast(text);
  }

  fail() {
    this.close();
    toast(this.sheet.dataset.failed, "danger");
  }

  place() {
    const cell = this.cell.getBoundingClientRect();
    const { style } = this.box;
    style.minWidth = `${Math.max(cell.width, 180)}px`;
    style.left = `${Math.max(BOUNDS, Math.min(cell.left, innerWidth - this.box.offsetWidth - BOUNDS))}px`;
    style.top = `${Math.max(BOUNDS, Math.min(cell.top, innerHeight - this.box.offsetHeight - BOUNDS))}px`;
  }

  /** Put the focus into the input, with what was typed to get here. */
  begin() {
    const input = this.box.querySelector(FIRST);
    if (!input) return;
    if (input.tomselect) input.tomselect.focus();
    else input.focus();
    if (this.early === undefined || !input.matches(FREE)) {
      if (input.select && WORDS.test(input.getAttribute("type") ?? "")) input.select();
      return;
    }
    if (!WORDS.test(input.getAttribute("type") ?? "")) return;
    input.value = this.early;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  values() {
    return new FormData(this.box.querySelector("form"));
  }

  changed() {
    const said = (data) => JSON.stringify([...data].filter(([name]) => name !== "_version").map(([name, value]) => [name, value.name ?? value]));
    return said(this.before) !== said(this.values());
  }

  keydown(event) {
    if (event.isComposing) return;
    const back = event.shiftKey ? -1 : 1;
    const step = { Tab: [0, back], Enter: [back, 0] }[event.key];
    if (!this.before) this.wait(event, step);
    else if (event.key === "Escape" && !this.listed) this.leave(event);
    else if (event.key === "Tab" || (step && this.takes(event))) this.done(event, step);
  }

  /** What is typed before the input has come goes into it. */
  wait(event, step) {
    if (event.key === "Escape") this.leave(event);
    else if (step) {
      this.then = step;
      event.preventDefault();
    } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
      this.early = (this.early ?? "") + event.key;
      event.preventDefault();
    }
  }

  /** Enter saves, unless it chooses from an open list, presses a button or begins a line. */
  takes(event) {
    if (event.target.closest("button, a")) return false;
    return !this.listed && !(event.target.matches("textarea") && (event.shiftKey || event.altKey));
  }

  /** What is picked from a list of which one may be is what was meant. */
  picked(event) {
    if (this.before && !event.target.querySelector("select").multiple && this.changed()) this.save([0, 0]);
  }

  leave(event) {
    event.preventDefault();
    event.stopPropagation();
    this.close();
    this.sheet.grid.focus();
  }

  done(event, step) {
    event.preventDefault();
    event.stopPropagation();
    this.save(step);
  }

  submit(event) {
    event.preventDefault();
    this.save(null, true);
  }

  clicked(event) {
    if (!event.target.closest("[data-theirs]")) return;
    this.theirs();
  }

  async theirs() {
    const { row } = this.sheet.grid;
    const answer = await request(`${this.sheet.dataset.url}/${row.id.slice(4)}/row?${this.sheet.dataset.query}`);
    this.close();
    if (answer.ok) this.sheet.replace(row, await answer.text());
  }

  outside(event) {
    if (!this.box?.contains(event.target) && !event.target.closest(".ts-dropdown, dialog")) this.save(null);
  }

  send(url, body) {
    return request(url, { method: "POST", body }).catch(() => null);
  }

  /** Write what was typed; what is wrong with it is shown here, and nothing of it is lost. */
  async save(step, always = false) {
    if (this.saving) return;
    if (!always && !this.changed()) {
      this.close();
      if (step) this.sheet.grid.step(...step);
      else this.sheet.grid.focus();
      return;
    }
    this.saving = true;
    const { url, before } = this;
    const answer = await this.send(url, this.values());
    this.saving = false;
    if (!this.box) return;
    if (answer?.ok) this.saved(url, before, await answer.text(), step);
    else if (answer?.status === 422 || answer?.status === 409) this.wrong(await answer.text());
    else if (answer?.status === 403) this.refused(await answer.text());
    else toast(answer ? this.sheet.dataset.failed : t("toast.offline"), "danger");
  }

  saved(url, before, html, step) {
    const row = this.cell.parentElement;
    this.close();
    this.sheet.remember({ url, before, row: row.id });
    this.sheet.replace(row, html, step);
  }

  wrong(html) {
    this.fill(html);
    (this.box.querySelector("[data-keep]") ?? this.box.querySelector(FIRST))?.focus();
  }

  refused(html) {
    this.fill(html);
    if (this.box.querySelector("[data-reason]")) this.refuse();
    else this.fail();
  }

  close() {
    document.removeEventListener("pointerdown", this.held, true);
    this.scroller?.removeEventListener("scroll", this.placed);
    this.box?.remove();
    this.box = this.before = this.early = this.then = null;
  }
}
