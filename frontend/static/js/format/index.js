/* Tells at once when a line is not written as it must be; the server decides. */
import { written } from "weft/format/checks";

class Format extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", () => this.look());
    this.addEventListener("input", () => { if (this.told) this.look(); });
  }

  look() {
    const input = this.querySelector("input");
    const { kind, pattern, message } = this.dataset;
    const wrong = Boolean(input.value.trim()) && !written(kind, pattern, input.value);
    this.told?.remove();
    this.told = undefined;
    this.closest(".weft-field")?.classList.toggle("is-invalid", wrong);
    input.toggleAttribute("aria-invalid", false);
    if (!wrong) return;
    input.setAttribute("aria-invalid", "true");
    this.told = Object.assign(document.createElement("p"), { className: "weft-error", textContent: message.replace("{value}", input.value.trim()) });
    this.told.setAttribute("role", "alert");
    this.append(this.told);
  }
}

customElements.define("weft-format", Format);
