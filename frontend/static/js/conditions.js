/* A condition being built: the server answers every change with the whole builder; the focus goes on with it. */
import "weft/select";

let late = null; // what was typed while the server was asked, by name

class Conditions extends HTMLElement {
  connectedCallback() {
    this.addEventListener("htmx:before:request", () => { late = new Map(); });
    this.addEventListener("input", ({ target }) => late?.set(target.name, target.value));
    // The parts come with the element, and htmx has put the focus back by then.
    queueMicrotask(() => this.goOn());
  }

  /** Nothing that was typed meanwhile is lost; what is typed into keeps the focus. */
  goOn() {
    const typed = [...(late ?? [])].map(([name, value]) => [this.querySelector(`input[name="${CSS.escape(name)}"]`), value]);
    late = null;
    const there = typed.filter(([input]) => input && input.type !== "hidden");
    for (const [input, value] of there) input.value = value;
    (there.at(-1)?.[0] ?? this.querySelector("[autofocus]"))?.focus();
  }
}

customElements.define("weft-conditions", Conditions);
