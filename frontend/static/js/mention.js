/* Names offered below a text as soon as an @ is typed in it; the words and who is meant are filled in. */
import { request, say } from "weft/core";

const PAUSE = 200;
const MOST = 6;
const TYPED = /@([^\s@，。、！？,!?]{0,20})$/u; // before the caret

class Mention {
  turn = 0;
  chosen = -1;

  constructor(text) {
    this.text = text;
    this.list = Object.assign(document.createElement("ul"), { id: `${text.id}-names`, className: "weft-mentions", hidden: true });
    this.list.role = "listbox";
    this.list.ariaLabel = text.dataset.mentionLabel;
    text.after(this.list);
    text.setAttribute("aria-autocomplete", "list");
    text.setAttribute("aria-controls", this.list.id);
    for (const name of ["input", "compositionend", "click", "keydown", "blur"]) text.addEventListener(name, this);
    // The focus stays in the text, so that a phone keeps its keyboard.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.take(event.target.closest("li")));
  }

  handleEvent(event) {
    if (event.type === "keydown") this.press(event);
    else if (event.type === "blur") this.close();
    else if (!event.isComposing) this.look();
  }

  get begun() {
    const { selectionStart, selectionEnd, value } = this.text;
    return selectionStart === selectionEnd ? TYPED.exec(value.slice(0, selectionStart)) : null;
  }

  look() {
    const { begun } = this;
    this.turn += 1;
    clearTimeout(this.timer);
    if (!begun) this.close();
    else this.timer = setTimeout(() => this.ask(begun[1], this.turn), PAUSE);
  }

  async ask(search, turn) {
    const address = new URL(this.text.dataset.mention, location.href);
    address.searchParams.set("search", search);
    try {
      const { data } = await (await request(address)).json();
      if (turn === this.turn && this.begun) this.show(data.slice(0, MOST));
    } catch {
      this.close();
    }
  }

  show(found) {
    this.list.replaceChildren(...found.map((each, number) => {
      const item = Object.assign(document.createElement("li"), { id: `${this.list.id}-${number}`, className: "dropdown-item", textContent: each.text });
      item.role = "option";
      Object.assign(item.dataset, { id: each.id, text: each.text });
      if (each.note) item.append(Object.assign(document.createElement("small"), { className: "weft-note", textContent: each.note }));
      return item;
    }));
    if (!found.length) { this.close(); return; }
    this.list.hidden = false;
    this.mark(0);
    say(found.map((each) => each.text).join(", "));
  }

  mark(number) {
    const items = [...this.list.children];
    this.chosen = (number + items.length) % items.length;
    items.forEach((item, place) => {
      item.classList.toggle("active", place === this.chosen);
      item.ariaSelected = String(place === this.chosen);
    });
    this.text.setAttribute("aria-activedescendant", items[this.chosen].id);
  }

  press(event) {
    if (this.list.hidden || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.mark(this.chosen + step);
    else if (event.key === "Enter" || event.key === "Tab") this.take(this.list.children[this.chosen]);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** The name is written in full, and chosen below: of people with one name this one is meant. */
  take(item) {
    const { begun, text } = this;
    if (item && begun) {
      text.setRangeText(`@${item.dataset.text} `, text.selectionStart - begun[0].length, text.selectionStart, "end");
      text.form.querySelector("weft-select")?.take?.({ id: item.dataset.id, text: item.dataset.text });
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }
    this.close();
    text.focus();
  }

  close() {
    this.turn += 1;
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.text.removeAttribute("aria-activedescendant");
  }
}

const known = new WeakSet();

/** Offer names in a text. */
export function offerNames(text) {
  if (!known.has(text)) new Mention(text);
  known.add(text);
}
