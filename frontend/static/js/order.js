/* A list that is put in order by dragging; each entry holds the input that says its place. */
import { assets, loadOnce } from "weft/core";

class Order extends HTMLElement {
  async connectedCallback() {
    await loadOnce(assets["sortable.js"]);
    if (this.isConnected) this.list = window.Sortable.create(this.querySelector("ol"), { handle: ".weft-grip", animation: 120, ghostClass: "weft-ghost" });
  }

  disconnectedCallback() {
    this.list?.destroy();
  }
}

customElements.define("weft-order", Order);
