/* Shows and hides a password. */
import { t } from "weft/core";

class Password extends HTMLElement {
  connectedCallback() {
    const [input, button] = [this.querySelector("input"), this.querySelector("button")];
    button.addEventListener("click", () => {
      const shown = input.type === "text";
      input.type = shown ? "password" : "text";
      button.setAttribute("aria-pressed", String(!shown));
      button.title = t(shown ? "sign_in.show_password" : "sign_in.hide_password");
      button.setAttribute("aria-label", button.title);
    });
  }
}

customElements.define("weft-password", Password);
