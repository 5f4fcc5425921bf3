/* The designer's canvas: drag to order and to add, keys for every gesture, search in the palette.
   Nothing is decided here: each gesture sends the form that a button would have sent. */
import { assets, loadOnce, say, t } from "weft/core";
import { Keeper } from "weft/designer/keeping";

const KEYS = { Delete: "Delete", d: "Ctrl+D", z: "Ctrl+Z", y: "Ctrl+Y", ArrowUp: "Alt+ArrowUp", ArrowDown: "Alt+ArrowDown" };

let added = false; // the next page shows what was just added

class Designer extends HTMLElement {
  async connectedCallback() {
    this.canvases = [...this.querySelectorAll("[data-canvas]")];
    this.keeper = new Keeper(this);
    this.addEventListener("input", this);
    this.addEventListener("change", this);
    this.addEventListener("submit", this);
    this.addEventListener("keydown", this);
    this.addEventListener("pointerdown", this);
    this.begin();
    document.addEventListener("keydown", this);
    this.querySelector(":is(.weft-block, .weft-tile).chosen")?.scrollIntoView({ block: "nearest" });
    const part = this.querySelector("#properties[data-chosen]");
    // In the hand what is chosen stands above the rest, so that it is met at the top of the page.
    if (part && getComputedStyle(part).position === "static" && scrollY > part.offsetTop) scrollTo(0, 0);
    const lists = [...this.querySelectorAll("[data-actions]")];
    if (!this.canvases.length && !lists.length) return;
    await loadOnce(assets["sortable.js"]);
    if (!this.isConnected) return;
    const { Sortable } = window;
    this.lists = lists.map((list) => Sortable.create(list, {
      draggable: "li", handle: "[data-drag]", animation: 120, ghostClass: "weft-ghost", onEnd: (event) => this.reordered(event),
    }));
    if (!this.canvases.length) return;
    this.lists.push(...this.canvases.map((canvas) => Sortable.create(canvas, {
      group: "fields", filter: ".weft-card-editor, .weft-width-grip", preventOnFilter: false, handle: ".weft-block", draggable: ".weft-block", animation: 120, ghostClass: "weft-ghost", swapThreshold: 0.6, emptyInsertThreshold: 24,
      onEnd: (event) => this.moved(event), onAdd: (event) => event.item.localName === "form" && this.added(event),
    })));
    const look = { animation: 120, ghostClass: "weft-ghost", emptyInsertThreshold: 24 };
    this.lists.push(...[...this.querySelectorAll("[data-groups]")].map((groups) => Sortable.create(groups, {
      ...look, group: "sections", handle: ".weft-group-grip", draggable: ".weft-group[data-place]", onEnd: (event) => this.laid(event, "section_put", { tab: event.to.dataset.tab }),
    })));
    this.lists.push(Sortable.create(this.querySelector("[data-frames]"), {
      ...look, handle: ".weft-frame-grip", draggable: ".weft-frame[data-place]", onEnd: (event) => this.laid(event, "move", {}),
    }));
    this.palettes = [...this.querySelectorAll("[data-group]")].map((group) =>
      Sortable.create(group, { group: { name: "fields", pull: "clone", put: false }, sort: false, draggable: "form", ghostClass: "weft-ghost" }));
  }

  disconnectedCallback() {
    this.keeper.stop();
    document.removeEventListener("keydown", this);
    this.palettes?.forEach((each) => each.destroy());
    this.lists?.forEach((each) => each.destroy());
  }

  handleEvent(event) {
    if (event.type === "pointerdown") this.widen(event);
    else if (event.type === "change") event.target.matches("[data-insert]") && this.insert(event.target);
    else if (event.type === "input") this.search(event);
    else if (event.type === "submit") added = ["add_field", "section_add", "tab_add"].includes(event.target.elements.do?.value);
    else if (event.currentTarget === this) this.enter(event);
    else this.key(event);
  }

  /** What was just added waits for its name. */
  begin() {
    const label = this.querySelector(added ? ".weft-card-label, .weft-group.chosen [name='set.label']" : ".weft-card-label[autofocus]");
    added = false;
    if (!label) return;
    label.focus();
    label.select();
  }

  /** Enter in the name leads to the options, where each line is one. */
  enter(event) {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches(".weft-card-label")) return;
    event.preventDefault();
    const lines = event.target.form.querySelector("[data-lines]");
    if (lines) {
      lines.focus();
      lines.select();
    } else this.keeper.flush();
  }

  /** Put a field into a text where the caret is. */
  insert(select) {
    const text = select.closest("[data-prop]").querySelector("input:not([type=hidden]), textarea");
    text.setRangeText(`{{ ${select.value} }}`, text.selectionStart, text.selectionEnd, "end");
    select.value = "";
    text.focus();
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** Pull the right edge of the chosen field over the twelve columns. */
  widen(event) {
    const grip = event.target.closest(".weft-width-grip");
    if (!grip) return;
    event.preventDefault();
    const block = grip.closest(".weft-block");
    const { left } = block.getBoundingClientRect();
    const column = block.parentElement.clientWidth / 12;
    let width = Number(grip.dataset.width);
    grip.setPointerCapture(event.pointerId);
    grip.onpointermove = ({ clientX }) => {
      block.classList.remove(`weft-w${width}`);
      width = Math.min(12, Math.max(1, Math.round((clientX - left) / column)));
      block.classList.add(`weft-w${width}`);
    };
    grip.onlostpointercapture = () => {
      grip.onpointermove = null;
      if (width === Number(grip.dataset.width)) return;
      say(t("design.widened", { name: block.querySelector(".weft-card-label")?.value ?? "", width }));
      this.send({ do: "panel", place: block.dataset.place, next: `${location.pathname}?at=${block.dataset.key}`, "set.width": width });
    };
  }

  properties(event) {
    const wanted = event.target.value.trim().toLowerCase();
    for (const group of this.querySelectorAll("#panel > details")) {
      const props = [...group.querySelectorAll("[data-prop]")];
      for (const each of props) each.hidden = !each.textContent.toLowerCase().includes(wanted);
      group.hidden = props.every((each) => each.hidden);
      if (wanted) group.open = true;
    }
  }

  search(event) {
    if (event.target.matches("[data-filter-props]")) this.properties(event);
    if (!event.target.matches("[data-filter-palette]")) return;
    const wanted = event.target.value.trim().toLowerCase();
    for (const group of this.querySelectorAll("[data-group]")) {
      let shown = 0;
      for (const form of group.querySelectorAll("form")) {
        const hit = form.querySelector("button").dataset.words.toLowerCase().includes(wanted);
        form.hidden = !hit;
        shown += hit ? 1 : 0;
      }
      group.hidden = shown === 0;
    }
  }

  key(event) {
    if (event.isComposing || event.target.closest("input, textarea, select, [contenteditable]")) return;
    const wanted = KEYS[event.key];
    if (!wanted || wanted.includes("+") !== (event.ctrlKey || event.metaKey || event.altKey)) return;
    if (wanted.startsWith("Alt") !== event.altKey) return;
    const scope = wanted === "Ctrl+Z" || wanted === "Ctrl+Y" ? document : this.querySelector(".weft-block.chosen") ?? this.querySelector(".weft-board-tools");
    const button = scope?.querySelector(`[data-key="${wanted}"]`) ?? document.querySelector(`.weft-header [title$="(${wanted})"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  }

  /** Send what a button would have sent. */
  send(fields) {
    const form = this.querySelector(".weft-palette form, [data-sends] form").cloneNode(true);
    form.querySelectorAll("button, [name=type]").forEach((each) => each.remove());
    for (const [name, value] of Object.entries(fields)) {
      const known = form.querySelector(`[name="${name}"]`);
      const input = known ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name }));
      input.value = value ?? "";
    }
    this.append(form);
    window.htmx.process(form);
    form.requestSubmit();
  }

  moved({ item, from, to, oldIndex, newIndex }) {
    if ((from === to && oldIndex === newIndex) || item.localName === "form") return;
    say(t("design.moved", { name: item.querySelector(".weft-label, .weft-fact-label")?.textContent.trim() ?? "" }));
    this.send({ do: "field_put", place: item.dataset.place, section: to.dataset.section, before: item.nextElementSibling?.dataset.key });
  }

  /** A section or a tab was dragged. */
  laid({ item, from, to, oldIndex, newIndex }, act, fields) {
    if (from === to && oldIndex === newIndex) return;
    const next = item.nextElementSibling;
    say(t("design.moved", { name: item.querySelector("[name='set.label']").value }));
    this.send({ do: act, place: item.dataset.place, before: next?.dataset.place ? next.dataset.key : "", ...fields });
  }

  /** Elements without keys are told by where they stand. */
  reordered({ item, oldIndex, newIndex }) {
    if (oldIndex === newIndex) return;
    const last = item.parentElement.children.length - 1;
    say(t("design.moved", { name: item.querySelector("strong")?.textContent.trim() ?? "" }));
    this.send({ do: "part_move", place: item.dataset.place, before: newIndex === last ? "/last" : String(newIndex) });
  }

  added({ item, to }) {
    const { type } = item.querySelector("button").dataset;
    const before = item.nextElementSibling?.dataset.key;
    item.remove();
    this.send({ do: "add_field", place: to.dataset.form, type, section: to.dataset.section, before });
  }
}

customElements.define("weft-designer", Designer);
