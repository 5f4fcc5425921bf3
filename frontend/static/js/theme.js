/* Switches light and dark at once; the server keeps the choice. */
import { remember, request } from "weft/core";

class Theme extends HTMLElement {
  connectedCallback() {
    this.mark();
    this.addEventListener("submit", (event) => {
      event.preventDefault();
      const value = event.submitter.value;
      document.documentElement.dataset.bsTheme = value;
      document.querySelector('meta[name="color-scheme"]').content = value === "auto" ? "light dark" : value;
      remember("weft_theme", value);
      const body = new URLSearchParams(new FormData(event.target, event.submitter));
      request(event.target.action, { method: "POST", body, redirect: "manual" }).catch(() => {});
      this.querySelector("details").open = false;
      this.mark();
    });
  }

  mark() {
    for (const button of this.querySelectorAll('[name="theme"]')) {
      const active = button.value === document.documentElement.dataset.bsTheme;
      button.classList.toggle("active", active);
      button.toggleAttribute("aria-current", active);
    }
  }
}

customElements.define("weft-theme", Theme);
