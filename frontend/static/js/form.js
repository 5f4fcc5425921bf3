/* A form that is being filled: warns before it is left, keeps a draft, goes to the first mistake. */
import { t } from "weft/core";

const PAUSE = 800;

class Form extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.changed = false;
    this.addEventListener("input", () => this.touched());
    this.addEventListener("change", () => this.touched());
    // Asked in the bubbling phase: a submission that a question stopped never gets here.
    this.addEventListener("submit", () => this.sent());
    this.addEventListener("weft:changed", () => this.touched());
    window.addEventListener("beforeunload", this);
    if (this.dataset.draft) this.offer();
    (this.querySelector(".weft-summary") ?? this.querySelector('[aria-invalid="true"]'))?.focus();
  }

  disconnectedCallback() {
    window.removeEventListener("beforeunload", this);
    clearTimeout(this.timer);
  }

  handleEvent(event) {
    if ("guard" in this.dataset && this.changed) event.preventDefault();
  }

  touched() {
    this.changed = true;
    const state = this.querySelector("[data-unsaved]");
    if (state) state.hidden = false;
    if (!this.dataset.draft) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), PAUSE);
  }

  sent() {
    this.changed = false;
    clearTimeout(this.timer);
    if (this.dataset.draft) localStorage.removeItem(this.key);
  }

  get key() {
    return `weft-draft:${this.dataset.draft}`;
  }

  /** Everything typed but secrets and files, with the time. */
  keep() {
    const pairs = [...new FormData(this.form)].filter(([name, value]) => {
      const secret = this.form.elements[name]?.type === "password" || name === "csrf";
      return typeof value === "string" && !secret;
    });
    const detail = { pairs, at: new Date().toISOString() };
    if (!this.dispatchEvent(new CustomEvent("weft:draft", { bubbles: true, cancelable: true, detail }))) return;
    localStorage.setItem(this.key, JSON.stringify(detail));
  }

  /** Offer the draft of an earlier visit. */
  offer() {
    const kept = JSON.parse(localStorage.getItem(this.key) ?? "null");
    if (!kept || this.querySelector(".weft-summary")) return;
    const bar = document.createElement("div");
    bar.className = "weft-alert";
    const text = document.createElement("p");
    text.textContent = t("form.draft_found", { when: new Date(kept.at).toLocaleString(document.documentElement.lang) });
    const actions = document.createElement("div");
    actions.className = "weft-actions";
    actions.append(this.choice("form.draft_restore", () => this.restore(kept.pairs), bar));
    actions.append(this.choice("form.draft_discard", () => localStorage.removeItem(this.key), bar));
    bar.append(text, actions);
    this.prepend(bar);
  }

  choice(code, act, bar) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = t(code);
    button.addEventListener("click", () => { act(); bar.remove(); });
    return button;
  }

  restore(pairs) {
    const values = Map.groupBy ? Map.groupBy(pairs, ([name]) => name) : new Map();
    for (const row of this.querySelectorAll("weft-subform")) row.resize?.(pairs);
    for (const [name, group] of values) {
      const given = group.map(([, value]) => value);
      for (const input of this.form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) fill(input, given);
    }
    this.touched();
  }
}

function fill(input, values) {
  if (input.type === "hidden" || input.type === "file") return;
  if (input.type === "checkbox" || input.type === "radio") input.checked = values.includes(input.value);
  else if (input.multiple) for (const option of input.options) option.selected = values.includes(option.value);
  else [input.value] = values.slice(-1);
  input.tomselect?.sync();
}

customElements.define("weft-form", Form);
