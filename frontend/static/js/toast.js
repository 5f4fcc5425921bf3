/* A message: moves to the corner of the screen, is announced, and leaves unless somebody is reading it. */
import { say, t } from "weft/core";

const STAY = 5000;

class Toast extends HTMLElement {
  connectedCallback() {
    const corner = document.getElementById("toasts");
    if (this.parentElement !== corner) {
      corner.append(this);
      return;
    }
    if (this.started) return;
    this.started = true;
    say(this.querySelector(".weft-toast-text").textContent);
    for (const name of ["mouseenter", "focusin"]) this.addEventListener(name, () => clearTimeout(this.timer));
    for (const name of ["mouseleave", "focusout"]) this.addEventListener(name, () => this.wait());
    this.addEventListener("click", (event) => { if (event.target.closest("[data-close]")) this.remove(); });
    if (!this.querySelector("[data-close]")) this.append(this.closer());
    this.wait();
  }

  closer() {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-icon btn-ghost btn-sm";
    button.dataset.close = "";
    button.setAttribute("aria-label", t("toast.close"));
    button.textContent = "×";
    return button;
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.remove(), STAY);
  }
}

customElements.define("weft-toast", Toast);
