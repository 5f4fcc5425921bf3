/* Choices that apply themselves; without scripts there is a button. */
class Choosing extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", this);
  }

  handleEvent(event) {
    event.target.form?.requestSubmit();
  }
}

customElements.define("weft-choosing", Choosing);
