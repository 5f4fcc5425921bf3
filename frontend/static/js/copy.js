/* Copies the text beside its button. */
import { t, toast } from "weft/core";

class Copy extends HTMLElement {
  connectedCallback() {
    this.querySelector("button").addEventListener("click", async () => {
      await navigator.clipboard.writeText(this.querySelector("code, input").textContent.trim());
      toast(t("common.copied"), "success");
    });
  }
}

customElements.define("weft-copy", Copy);
