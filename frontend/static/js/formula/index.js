/* A formula being written: completion and the signature while one types; what it means, the server says. */
import { request, say, t } from "weft/core";
import { callAround, wordBefore } from "weft/formula/caret";
import { List } from "weft/formula/list";
import { suggestions, wordsOf } from "weft/formula/words";

const PAUSE = 300;

class Formula extends HTMLElement {
  connectedCallback() {
    this.area = this.querySelector("textarea");
    this.found = this.querySelector("[data-found]");
    this.list = new List(this.area, this.querySelector("[role=listbox]"), (word) => this.take(word));
    for (const name of ["input", "keydown", "click", "blur", "compositionend"]) this.area.addEventListener(name, this);
    this.querySelector("[data-insert]").addEventListener("click", () => this.insert());
    this.querySelector("[data-record]")?.addEventListener("change", () => this.ask());
    this.found.addEventListener("click", (event) => event.target.closest("[data-wrong]") && this.point());
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.asking?.abort();
  }

  handleEvent(event) {
    // Half a syllable of an input method is no word yet.
    if (event.isComposing) return;
    if (event.type === "keydown") this.keydown(event);
    else if (event.type === "blur") this.list.hide();
    else if (event.type === "click") this.around();
    else this.written();
  }

  get before() {
    return this.area.value.slice(0, this.area.selectionStart);
  }

  written() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
    this.complete();
    this.around();
  }

  /** Offer what the word before the caret may become; everything when it was asked for. */
  async complete(all = false) {
    const word = wordBefore(this.before);
    if (!word && !all) return this.list.hide();
    const words = await wordsOf(this.dataset.words).catch(() => null);
    if (!words || word !== wordBefore(this.before)) return;
    const found = suggestions(words, word);
    const done = found.length === 1 && found[0].key === word;
    this.list.show(done ? [] : found);
    if (this.list.open) say(t("formula.found", { count: found.length }));
  }

  insert() {
    this.area.focus();
    this.complete(true);
  }

  keydown(event) {
    if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      this.complete(true);
    } else if (this.list.open && !event.ctrlKey && !event.metaKey && !event.altKey) this.choosing(event);
  }

  choosing(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) this.list.step(steps[event.key]);
    else if (event.key === "Escape") this.list.hide();
    else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) this.take(this.list.chosen);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Put a field or a function in the place of the word before the caret. */
  take(word) {
    if (!word) return;
    const { area } = this;
    const start = area.selectionStart - wordBefore(this.before).length;
    const called = word.kind === "function" && area.value[area.selectionEnd] !== "(";
    area.focus();
    area.setSelectionRange(start, area.selectionEnd);
    // Only this way can the browser take it back again.
    if (!document.execCommand("insertText", false, called ? `${word.key}()` : word.key)) {
      area.setRangeText(called ? `${word.key}()` : word.key, start, area.selectionEnd, "end");
      area.dispatchEvent(new Event("input"));
    }
    if (called && word.params.length) area.setSelectionRange(area.selectionStart - 1, area.selectionStart - 1);
    this.list.hide();
    this.around();
  }

  /** Show the signature of the function the caret is in, its present argument marked. */
  async around() {
    const line = this.querySelector("[data-signature]");
    const call = callAround(this.before);
    const words = call && await wordsOf(this.dataset.words).catch(() => null);
    const known = words?.functions.find((each) => each.key === call.name);
    line.hidden = !known;
    if (!known) return;
    const code = document.createElement("code");
    code.append(`${known.key}(`);
    known.params.forEach((each, index) => {
      const last = index === known.params.length - 1;
      const mark = document.createElement(index === call.place || (last && each.repeated && call.place > index) ? "b" : "span");
      const name = each.repeated ? `${each.name}, …` : each.name;
      mark.textContent = each.optional ? `[${name}]` : name;
      code.append(mark, last ? "" : ", ");
    });
    code.append(")");
    line.replaceChildren(code, ` ${known.help}`);
  }

  /** Ask the server what the formula is found to be. */
  async ask() {
    this.asking?.abort();
    this.asking = new AbortController();
    const body = new URLSearchParams({ text: this.area.value, record: this.querySelector("[data-record]")?.value ?? "" });
    try {
      const answer = await request(this.dataset.told, { method: "POST", body, signal: this.asking.signal });
      if (answer.ok) this.tell(await answer.text());
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }

  tell(html) {
    const before = this.found.querySelector("[data-error]")?.textContent ?? "";
    this.found.innerHTML = html;
    const error = this.found.querySelector("[data-error]")?.textContent.trim() ?? "";
    this.area.toggleAttribute("aria-invalid", Boolean(error));
    if (error) this.area.setAttribute("aria-invalid", "true");
    if (error !== before.trim()) say(error || t("formula.right"));
  }

  /** Select the characters that are wrong. */
  point() {
    const { at, length } = this.found.querySelector(".weft-reading").dataset;
    this.area.focus();
    this.area.setSelectionRange(Number(at) - 1, Number(at) - 1 + Number(length));
  }
}

customElements.define("weft-formula", Formula);
