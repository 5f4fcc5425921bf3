/* The list of suggestions below a textarea: the textarea keeps the focus, the list says what is active. */

function part(tag, text, name = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  if (name) element.className = name;
  return element;
}

function option(word, index, id) {
  const element = document.createElement("div");
  Object.assign(element, { className: "weft-word", id: `${id}-${index}`, role: "option" });
  element.dataset.index = index;
  const name = part("span", word.kind === "field" ? word.label : word.signature);
  if (word.kind === "field" && word.label !== word.key) name.append(" ", part("small", word.key));
  element.append(name, part("small", word.type ?? ""));
  if (word.help) element.append(part("small", word.help, "weft-word-help"));
  return element;
}

export class List {
  constructor(area, box, take) {
    Object.assign(this, { area, box, words: [], active: -1 });
    // The textarea must not lose the focus to the pointer.
    box.addEventListener("pointerdown", (event) => event.preventDefault());
    box.addEventListener("click", (event) => {
      const chosen = event.target.closest("[role=option]");
      if (chosen) take(this.words[Number(chosen.dataset.index)]);
    });
  }

  get open() {
    return !this.box.hidden;
  }

  get chosen() {
    return this.open ? this.words[this.active] : undefined;
  }

  show(words) {
    if (!words.length) return this.hide();
    this.words = words;
    this.box.replaceChildren(...words.map((word, index) => option(word, index, this.box.id)));
    this.box.hidden = false;
    this.area.setAttribute("role", "combobox");
    this.area.setAttribute("aria-expanded", "true");
    this.area.setAttribute("aria-controls", this.box.id);
    this.step(0, 0);
  }

  hide() {
    if (!this.open) return;
    this.box.hidden = true;
    this.words = [];
    this.active = -1;
    for (const name of ["role", "aria-expanded", "aria-controls", "aria-activedescendant"]) this.area.removeAttribute(name);
  }

  /** Make another suggestion the active one; the list goes round. */
  step(by, from = this.active) {
    this.active = (from + by + this.words.length) % this.words.length;
    [...this.box.children].forEach((each, index) => each.setAttribute("aria-selected", String(index === this.active)));
    const element = this.box.children[this.active];
    this.area.setAttribute("aria-activedescendant", element.id);
    element.scrollIntoView({ block: "nearest" });
  }
}
