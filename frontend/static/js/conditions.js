/* A condition being built: the server answers every change with the whole builder; the focus goes on with it. */
import "weft/select";

class Conditions extends HTMLElement {
  connectedCallback() {
    // The parts come with the element, and htmx has put the focus back by then.
    queueMicrotask(() => this.querySelector("[autofocus]")?.focus());
  }
}

customElements.define("weft-conditions", Conditions);
