/* The search over everything: asks while one types, and the arrows walk through what was found. */

const PAUSE = 200; // milliseconds without a key

class Searching extends HTMLElement {
  connectedCallback() {
    this.addEventListener("input", this);
    this.addEventListener("compositionend", this);
    this.addEventListener("keydown", this);
    const { input } = this;
    input.focus();
    input.setSelectionRange(input.value.length, input.value.length);
  }

  disconnectedCallback() {
    clearTimeout(this.waiting);
  }

  get input() {
    return this.querySelector("input[type=search]");
  }

  handleEvent(event) {
    if (event.type === "keydown") this.walk(event);
    else if (!event.isComposing) this.ask();
  }

  ask() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.input.form.requestSubmit(), PAUSE);
  }

  walk(event) {
    if (event.isComposing || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    const stops = [this.input, ...this.querySelectorAll(".weft-found :is(a, button)")];
    const at = stops.indexOf(document.activeElement);
    const next = stops[at + (event.key === "ArrowDown" ? 1 : -1)];
    event.preventDefault();
    next?.focus();
  }
}

customElements.define("weft-searching", Searching);
