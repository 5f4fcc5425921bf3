/* A form that opens on the spot: its first input has the focus, so that a phone shows its keyboard at once. */
class Quick extends HTMLElement {
  connectedCallback() {
    this.details = this.querySelector("details");
    this.details.addEventListener("toggle", this);
  }

  disconnectedCallback() {
    this.details.removeEventListener("toggle", this);
  }

  handleEvent() {
    if (!this.details.open) return;
    this.querySelector("textarea, input:not([type=hidden]), select")?.focus();
    const text = this.querySelector("[data-mention]");
    if (text) import("weft/mention").then(({ offerNames }) => offerNames(text));
  }
}

customElements.define("weft-quick", Quick);
