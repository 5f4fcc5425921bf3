/* Widgets of a dashboard are moved and sized: by mouse through the library, by keys on their grip.
   Both end in one gesture that says where everything stands; the server makes it whole. */
import { assets, loadOnce, say, t } from "weft/core";

const ROW = 92; // pixels from one row to the next
const STACKED = "(max-width: 900px)"; // there widgets stand below each other, and buttons order them
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

class Arrange extends HTMLElement {
  async connectedCallback() {
    this.addEventListener("keydown", this);
    this.addEventListener("focusout", this);
    this.addEventListener("click", this, true);
    if (matchMedia(STACKED).matches) return;
    await Promise.all([loadOnce(assets["gridstack.css"]), loadOnce(assets["gridstack.js"])]);
    if (this.isConnected) this.start();
  }

  disconnectedCallback() {
    this.grid?.destroy(false);
    this.grid = undefined;
  }

  start() {
    for (const tile of this.querySelectorAll(".weft-tile")) {
      const [x, y, w, h] = tile.dataset.spot.split(",");
      const places = { "gs-id": tile.dataset.key, "gs-x": x, "gs-y": y, "gs-w": w, "gs-h": h };
      for (const [name, value] of Object.entries(places)) tile.setAttribute(name, value);
      tile.classList.add("grid-stack-item");
      tile.firstElementChild.classList.add("grid-stack-item-content");
    }
    this.classList.add("grid-stack");
    const { GridStack } = globalThis;
    this.grid = GridStack.init({
      column: 12, cellHeight: ROW, margin: 8, float: false, acceptWidgets: ".weft-control", animate: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      draggable: { handle: ".weft-tile-inside", cancel: "input" }, resizable: { handles: "e,s,se", autoHide: true }, minRow: 2,
    }, this);
    const palette = [...this.closest("weft-designer").querySelectorAll(".weft-palette .weft-control")];
    GridStack.setupDragIn(palette, { helper: "clone", appendTo: "body" }, palette.map((each) => {
      const [w, h] = each.dataset.size.split(",").map(Number);
      return { w, h };
    }));
    this.grid.on("dragstart resizestart", () => { this.before = this.places(); });
    this.grid.on("dragstop resizestop", (_, tile) => this.settled(tile));
    this.grid.on("dropped", (_, __, node) => this.dropped(node));
    this.classList.add("is-ready");
  }

  handleEvent(event) {
    if (event.type === "keydown") this.key(event);
    else if (event.type === "focusout") { if (this.lifted && !this.busy) this.drop(false); }
    else if (this.justMoved) {
      // The mouse went up over the link that chooses: that was no click.
      event.preventDefault();
      event.stopPropagation();
    }
  }

  places() {
    return Object.fromEntries(this.grid.engine.nodes.filter((node) => node.id).map((node) => [node.id, [node.x, node.y, node.w, node.h].join(",")]));
  }

  settled(tile) {
    this.justMoved = true;
    setTimeout(() => { this.justMoved = false; }, 0);
    this.commit(tile, this.before);
  }

  commit(tile, before) {
    const now = this.places();
    const { key } = tile.dataset;
    if (!Object.keys(now).some((each) => now[each] !== before[each])) return;
    say(t("design.board.placed", this.told(tile)));
    const spots = Object.fromEntries(Object.entries(now).map(([each, spot]) => [`spot.${each}`, spot]));
    const place = `${this.dataset.board}/widgets/${key}`;
    this.closest("weft-designer").send({ do: "drag", place, show: place, next: `${this.dataset.next}?at=${key}`, ...spots });
  }

  dropped(node) {
    const { x, y, w, h, el } = node;
    const { type } = el.dataset;
    this.grid.removeWidget(el, true, false);
    this.closest("weft-designer").send({ do: "add_widget", place: this.dataset.board, type, spot: [x, y, w, h].join(",") });
  }

  told(tile) {
    const { x, y, w, h } = tile.gridstackNode;
    return { name: tile.dataset.title, column: x + 1, row: y + 1, width: w, height: h };
  }

  lift(tile) {
    if (!this.grid) return;
    if (this.lifted) {
      this.drop(true);
      return;
    }
    this.lifted = tile;
    this.before = this.places();
    tile.classList.add("lifted");
    tile.querySelector("[data-grip]").setAttribute("aria-pressed", "true");
    say(t("design.board.lifted", this.told(tile)));
  }

  /** Let go: keep where it stands now, or put everything back. */
  drop(keep) {
    const tile = this.lifted;
    this.lifted = undefined;
    tile.classList.remove("lifted");
    tile.querySelector("[data-grip]").setAttribute("aria-pressed", "false");
    if (keep) {
      this.commit(tile, this.before);
      return;
    }
    this.grid.load(Object.entries(this.before).map(([id, spot]) => {
      const [x, y, w, h] = spot.split(",").map(Number);
      return { id, x, y, w, h };
    }), false);
    say(t("design.board.put_back", this.told(tile)));
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const grip = event.target.closest("[data-grip]");
    if (grip && ["Enter", " "].includes(event.key)) {
      event.preventDefault();
      this.lift(grip.closest(".weft-tile"));
      return;
    }
    if (!this.lifted) return;
    if (event.key === "Escape") {
      event.preventDefault();
      this.drop(false);
      return;
    }
    const way = WAYS[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    const { x, y, w, h } = this.lifted.gridstackNode;
    const [dx, dy] = way;
    this.busy = true; // moving an element in the page takes the focus from it for a moment
    if (event.shiftKey) this.grid.update(this.lifted, { w: Math.max(1, w + dx), h: Math.max(1, h + dy) });
    else if (dy > 0) this.down();
    else this.grid.update(this.lifted, { x: x + dx, y: Math.max(0, y + dy) });
    this.busy = false;
    say(t(event.shiftKey ? "design.board.sized" : "design.board.placed", this.told(this.lifted)));
  }

  /** Change places with what stands below: a step into the gap would close again at once. */
  down() {
    const { gridstackNode: own } = this.lifted;
    const below = this.grid.engine.nodes.filter((node) => node.y >= own.y + own.h && node.x < own.x + own.w && own.x < node.x + node.w);
    const nearest = below.sort((one, other) => one.y - other.y)[0];
    if (nearest) this.grid.update(nearest.el, { y: own.y });
  }
}

customElements.define("weft-arrange", Arrange);
