/* A form that is being filled: warns before it is left, keeps a draft on the server, goes to the first mistake. */
import { request, t } from "weft/core";

const PAUSE = 800;
const WRONG = '.is-invalid, [aria-invalid="true"]';
const INPUT = "input:not([type=hidden]), select, textarea, button";

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
    // Leaving an input may write a remark beneath it: the button would slip away under the pointer that presses it.
    this.addEventListener("mousedown", (event) => event.target.closest(".weft-submit button") && event.preventDefault());
    this.mend();
  }

  /** Go to the first mistake; the summary above it is announced by itself. */
  mend() {
    const wrong = [...this.querySelectorAll(WRONG)].find((each) => !each.querySelector(WRONG));
    const input = wrong?.matches(INPUT) ? wrong : wrong?.querySelector(INPUT);
    (input?.tomselect ?? input ?? this.querySelector(".weft-summary"))?.focus();
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
  }

  /** Send everything typed but files; the server keeps it until it is saved or dropped. */
  async keep() {
    const body = new URLSearchParams([...new FormData(this.form)].filter(([, value]) => typeof value === "string"));
    const answer = await request(this.dataset.draft, { method: "POST", body }).catch(() => null);
    const state = this.querySelector("[data-unsaved]");
    if (state && answer?.ok && this.changed) state.lastChild.textContent = t("form.draft_kept");
  }
}

customElements.define("weft-form", Form);
