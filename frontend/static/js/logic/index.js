/* The logic of a form while it is filled in: the server reaches the same verdicts again when it is sent. */
import { decode } from "../expression.js";
import { zone } from "../expression/zone.js";
import { decide } from "weft/logic/deciding";
import { bring } from "weft/logic/filling";
import { ask, follow, recheck } from "weft/logic/narrowing";
import { show } from "weft/logic/showing";
import { decoded, read, textsOf } from "weft/logic/typed";

/** Minutes east of UTC in a zone, at so many milliseconds. */
function offsets(name, fallback) {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: name, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric",
  });
  return (ms) => {
    if (!Number.isFinite(ms)) return fallback;
    const part = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
    return Math.round((Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second) - Math.floor(ms / 1000) * 1000) / 6e4);
  };
}

class Logic extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    const config = JSON.parse(this.querySelector("script").textContent);
    this.config = { ...config, stands: decoded(config.stands) };
    this.fixed = decoded(config.fixed);
    zone.offset = offsets(config.zone, config.offset);
    this.env = {
      user: config.user, department: config.department, offset: zone.offset,
      today: decode(config.today), now: decode(config.now), old: decoded(config.old),
    };
    this.told = new Set();
    this.chosen = new Map();
    this.mark();
    for (const name of ["input", "change", "weft:changed", "weft:asking"]) this.form.addEventListener(name, this);
    follow(this.form, this.config);
    this.decide();
  }

  disconnectedCallback() {
    for (const name of ["input", "change", "weft:changed", "weft:asking"]) this.form.removeEventListener(name, this);
  }

  /** Tell the server that choices have filled in their fields here already. */
  mark() {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: "_live", value: "1" });
    this.append(input);
    for (const path of new Set([...Object.keys(this.config.fill), ...Object.keys(this.config.leads)])) this.remember(path);
  }

  handleEvent(event) {
    const place = event.target.closest("[data-field]"), name = place?.dataset.field;
    if (event.type === "weft:asking") ask(this.form, this.config, name, event.detail.address);
    // A look-up says so twice: as the select it hides, and as itself.
    else if (event.type !== "weft:changed" || event.target.localName !== "weft-select") {
      if (place && event.detail !== "filled") place.dataset.typed = "";
      if (place && event.type !== "input") this.changed(place, name);
      this.soon();
    }
  }

  /** A value is settled: what follows it is narrowed, and what was said about it may be shown. */
  changed(place, name) {
    const [key, row] = name.split(".");
    this.touch(row === undefined ? name : key);
    follow(this.form, this.config, name);
    recheck(this.form, this.config, name);
    if (place.querySelector("weft-select, select")) this.brought(name);
  }

  /** Show the checks that read a field, once it was left. */
  touch(key) {
    for (const { that, field } of this.config.checks) if (field === key || reads(that, key)) this.told.add(field);
  }

  remember(path) {
    if (!path.includes(".")) this.chosen.set(path, this.id(path));
  }

  id(name) {
    return textsOf(this.form, name).at(-1) ?? "";
  }

  async brought(name) {
    const id = this.id(name), was = this.chosen.get(name) ?? "";
    if (id === was) return;
    this.chosen.set(name, id);
    const leads = await bring(this.form, this.config, name, id, was);
    if (leads && this.id(name) === id) Object.assign(this.fixed, decoded(leads));
    this.decide();
  }

  soon() {
    this.waiting ??= requestAnimationFrame(() => this.decide());
  }

  decide() {
    cancelAnimationFrame(this.waiting);
    this.waiting = null;
    if (!this.isConnected) return;
    const verdict = decide(this.config, read(this.form, this.config), this.fixed, this.env);
    show(this.form, this.config, verdict, this.told);
  }
}

/** Tell whether a tree reads a field of the record. */
function reads(tree, key) {
  if (tree === null || typeof tree !== "object") return false;
  return (tree.node === "ref" && tree.path[0] === key) || Object.values(tree).some((each) => reads(each, key));
}

customElements.define("weft-logic", Logic);
