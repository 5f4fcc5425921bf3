/* Marks in a text: by buttons of a toolbar, by Ctrl+B and Ctrl+I, and a list that goes on with the next line. */
const AROUND = { strong: "**", em: "*" };
const BEFORE = { head: "# ", item: "- ", number: "1. ", quote: "> " };
const ITEM = /^(\s*)(?:([-*•])|(\d{1,3})([.、)])) +/;

class Rich extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("textarea");
    this.tools = [...this.querySelectorAll("[data-mark]")];
    this.addEventListener("mousedown", (event) => { if (event.target.closest("[data-mark]")) event.preventDefault(); });
    this.addEventListener("click", (event) => this.mark(event.target.closest("[data-mark]")?.dataset.mark));
    this.querySelector("[role=toolbar]").addEventListener("keydown", (event) => this.walk(event));
    this.input.addEventListener("keydown", (event) => this.key(event));
  }

  /** One stop of the Tab key; arrows lead from button to button. */
  walk(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = this.tools.at((this.tools.indexOf(document.activeElement) + step) % this.tools.length);
    for (const each of this.tools) each.tabIndex = each === next ? 0 : -1;
    next.focus();
  }

  key(event) {
    if (event.isComposing) return;
    const act = (event.ctrlKey || event.metaKey) && { b: "strong", i: "em", k: "link" }[event.key.toLowerCase()];
    if (act) { event.preventDefault(); event.stopPropagation(); this.mark(act); }
    else if (event.key === "Enter" && !event.shiftKey) this.goOn(event);
  }

  mark(act) {
    const { selectionStart: from, selectionEnd: to, value } = this.input;
    const chosen = value.slice(from, to);
    if (AROUND[act]) this.put(`${AROUND[act]}${chosen}${AROUND[act]}`, from, to, AROUND[act].length, chosen.length);
    else if (act === "link") this.put(`[${chosen}](https://)`, from, to, chosen ? chosen.length + 3 : 1, chosen ? 8 : 0);
    else if (BEFORE[act]) {
      const start = value.lastIndexOf("\n", from - 1) + 1;
      const lines = value.slice(start, to).split("\n");
      this.put(lines.map((line, index) => (act === "number" ? `${index + 1}. ` : BEFORE[act]) + line).join("\n"), start, to);
    }
  }

  /** A new line in a list is its next item; a blank item ends it. */
  goOn(event) {
    const { selectionStart: at, selectionEnd: to, value } = this.input;
    const start = value.lastIndexOf("\n", at - 1) + 1;
    const found = at === to && ITEM.exec(value.slice(start, at));
    if (!found) return;
    event.preventDefault();
    if (found[0].length === at - start) this.put("", start, at);
    else this.put(`\n${found[1]}${found[2] ?? `${Number(found[3]) + 1}${found[4]}`} `, at, at);
  }

  /** Through the browser's own editing, so that Ctrl+Z takes it back. */
  put(text, from, to, skip, length = 0) {
    this.input.focus();
    this.input.setSelectionRange(from, to);
    const done = text ? document.execCommand("insertText", false, text) : document.execCommand("delete");
    if (!done) this.input.setRangeText(text, from, to, "end");
    if (skip !== undefined) this.input.setSelectionRange(from + skip, from + skip + length);
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

customElements.define("weft-rich", Rich);
