/* A list of parts whose order is dragged; its buttons do the same. */
import { assets, loadOnce, say, t } from "weft/core";

const LAST = "/last";

class Parts extends HTMLElement {
  async connectedCallback() {
    await loadOnce(assets["sortable.js"]);
    if (!this.isConnected) return;
    this.sortable = window.Sortable.create(this.querySelector("ol"), {
      draggable: "li", filter: "button", preventOnFilter: false, animation: 120, ghostClass: "weft-ghost",
      onEnd: (event) => this.moved(event),
    });
  }

  disconnectedCallback() {
    this.sortable?.destroy();
  }

  /** A part with a name moves before the one that follows it now; one without, to its number. */
  moved({ item, oldIndex, newIndex }) {
    if (oldIndex === newIndex) return;
    const next = item.nextElementSibling?.dataset.place.split("/").pop();
    const numbered = /^\d+$/.test(item.dataset.place.split("/").pop());
    const form = this.querySelector(":scope > form");
    form.elements.place.value = item.dataset.place;
    form.elements.before.value = next === undefined ? LAST : numbered ? newIndex : next;
    say(t("design.moved", { name: item.dataset.name }));
    form.requestSubmit();
  }
}

customElements.define("weft-parts", Parts);
