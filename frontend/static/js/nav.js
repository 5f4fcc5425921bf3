/* The side navigation: folds on a wide screen, slides in on a phone. */
import { remember } from "weft/core";

class Nav extends HTMLElement {
  connectedCallback() {
    this.querySelector("[data-fold]")?.addEventListener("click", () => {
      const folded = document.querySelector(".weft-shell").classList.toggle("weft-folded");
      remember("weft_nav", folded ? "folded" : "");
    });
    document.addEventListener("click", this);
    document.addEventListener("keydown", this);
  }

  disconnectedCallback() {
    document.removeEventListener("click", this);
    document.removeEventListener("keydown", this);
  }

  handleEvent(event) {
    if (event.type === "keydown") {
      if (event.key === "Escape" && this.classList.contains("is-open")) this.close();
      return;
    }
    const opener = event.target.closest("[data-open-nav]");
    if (opener) {
      event.preventDefault();
      this.opener = opener;
      this.classList.add("is-open");
      this.querySelector("a, summary, button")?.focus();
    } else if (this.classList.contains("is-open") && !this.contains(event.target)) {
      this.close();
    }
  }

  close() {
    this.classList.remove("is-open");
    this.opener?.focus();
  }
}

customElements.define("weft-nav", Nav);
