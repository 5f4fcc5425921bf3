/* The columns of a view: a head is dragged to its place, a field is dragged in between.
   The heads hold the inputs that say the order, so the form that the buttons post says it all. */
import { assets, loadOnce, say, t } from "weft/core";

class Columns extends HTMLElement {
  async connectedCallback() {
    await loadOnce(assets["sortable.js"]);
    if (!this.isConnected) return;
    const { Sortable } = window;
    this.form = this.querySelector(".weft-view-palette");
    this.heads = Sortable.create(this.querySelector("[data-columns]"), {
      group: "columns", draggable: ".weft-column, .weft-view-palette .btn", filter: "button", preventOnFilter: false, animation: 120, ghostClass: "weft-ghost",
      onEnd: (event) => this.moved(event), onAdd: (event) => this.added(event),
    });
    this.fields = Sortable.create(this.form, { group: { name: "columns", pull: "clone", put: false }, sort: false, draggable: ".btn", ghostClass: "weft-ghost" });
  }

  disconnectedCallback() {
    this.heads?.destroy();
    this.fields?.destroy();
  }

  moved({ item, oldIndex, newIndex }) {
    if (oldIndex === newIndex) return;
    say(t("design.moved", { name: item.dataset.name ?? "" }));
    this.form.requestSubmit();
  }

  added({ item }) {
    const said = Object.assign(document.createElement("input"), { type: "hidden", name: "set.columns", value: item.dataset.key });
    said.setAttribute("form", this.form.id);
    item.replaceWith(said);
    this.form.requestSubmit();
  }
}

customElements.define("weft-columns", Columns);
