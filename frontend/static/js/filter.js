/* Conditions of a list: the field chooses operators and value; rows are added and removed. */
import "weft/select";

class Filter extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", (event) => this.changed(event.target));
    this.addEventListener("click", (event) => {
      if (event.target.closest("[data-add]")) this.add();
      const remove = event.target.closest("[data-remove]");
      if (remove) this.remove_(remove.closest(".weft-condition"));
    });
    for (const row of this.rows) this.between(row);
  }

  get rows() {
    return [...this.querySelectorAll(".weft-condition")];
  }

  changed(select) {
    const row = select.closest(".weft-condition");
    if (!row) return;
    if (select.matches("[data-field]")) this.choose(row, select.value);
    this.between(row);
  }

  /** Bring the operators and the value input of the chosen field. */
  choose(row, key) {
    const template = [...this.querySelectorAll("template[data-for]")].find((each) => each.dataset.for === key);
    if (!template) return;
    const part = template.content.cloneNode(true);
    row.querySelector("[data-operator]").replaceWith(part.querySelector("[data-operator]"));
    row.querySelector("[data-value]").replaceWith(part.querySelector("[data-value]"));
    this.number();
  }

  /** Operators such as "is blank" take no value, "between" takes two. */
  between(row) {
    const option = row.querySelector("[data-operator]")?.selectedOptions[0];
    const values = Number(option?.dataset.values ?? 1);
    row.querySelectorAll("[data-value] > *").forEach((input, index) => {
      input.hidden = index >= values;
      for (const each of input.matches("[name]") ? [input] : input.querySelectorAll("[name]")) each.disabled = index >= values;
    });
  }

  add() {
    const row = this.querySelector("template[data-row]").content.firstElementChild.cloneNode(true);
    this.querySelector("[data-rows]").append(row);
    this.choose(row, row.querySelector("[data-field]").value);
    this.between(row);
    row.querySelector("select").focus();
  }

  remove_(row) {
    const neighbour = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    this.number();
    (neighbour?.querySelector("select") ?? this.querySelector("[data-add]")).focus();
  }

  number() {
    this.rows.forEach((row, index) => {
      for (const input of row.querySelectorAll("[name]")) input.name = input.name.replace(/^f\.[^.]*/, `f.${index}`);
    });
  }
}

customElements.define("weft-filter", Filter);
