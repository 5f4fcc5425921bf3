/* A disclosure menu: closes on Esc and outside clicks, arrows walk through it. */
class Menu extends HTMLElement {
  connectedCallback() {
    this.details = this.querySelector("details");
    this.addEventListener("keydown", this);
    this.details?.addEventListener("toggle", this);
  }

  disconnectedCallback() {
    document.removeEventListener("pointerdown", this, true);
  }

  handleEvent(event) {
    if (event.type === "toggle") this.toggled();
    else if (event.type === "pointerdown") this.contains(event.target) || this.close();
    else this.keydown(event);
  }

  toggled() {
    const open = this.details.open;
    document[open ? "addEventListener" : "removeEventListener"]("pointerdown", this, true);
    if (!open) return;
    this.keepInside();
    this.querySelector("[autofocus], .dropdown-menu :is(input:not([type=hidden]), select, textarea)")?.focus();
  }

  close() {
    this.details.open = false;
  }

  /** A wide menu that would stand out at the right is moved to the left. */
  keepInside() {
    const menu = this.querySelector(".dropdown-menu");
    menu.style.translate = "";
    const over = menu.getBoundingClientRect().right - (document.documentElement.clientWidth - 16);
    if (over > 0 && getComputedStyle(menu).position === "absolute") menu.style.translate = `-${over}px`;
  }

  keydown(event) {
    if (event.isComposing) return;
    if (event.key === "Escape" && this.details.open) {
      this.close();
      this.querySelector("summary").focus();
      event.stopPropagation();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (event.target.closest("input, select, textarea, .ts-wrapper")) return;
      event.preventDefault();
      this.details.open = true;
      this.step(event.key === "ArrowDown" ? 1 : -1);
    }
  }

  step(direction) {
    const items = [...this.querySelectorAll(".dropdown-menu :is(a, button, input):not([type=hidden])")];
    const at = items.indexOf(document.activeElement);
    const next = at < 0 ? (direction > 0 ? 0 : items.length - 1) : (at + direction + items.length) % items.length;
    items[next]?.focus();
  }
}

customElements.define("weft-menu", Menu);
