/* A form that is being filled: warns before it is left, keeps a draft, goes to the first mistake, waits for the network. */
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
    this.addEventListener("submit", (event) => this.sent(event));
    this.addEventListener("weft:changed", () => this.touched());
    this.addEventListener("htmx:error", (event) => this.unheard(event));
    this.addEventListener("htmx:before:swap", (event) => this.heard(event));
    window.addEventListener("beforeunload", this);
    window.addEventListener("online", this);
    // Leaving an input may write a remark beneath it: the button would slip away under the pointer that presses it.
    this.addEventListener("mousedown", (event) => event.target.closest(".weft-submit button") && event.preventDefault());
    this.mend();
    this.bring();
  }

  /** Go to the first mistake; the summary above it is announced by itself. */
  mend() {
    const wrong = [...this.querySelectorAll(WRONG)].find((each) => !each.querySelector(WRONG));
    const input = wrong?.matches(INPUT) ? wrong : wrong?.querySelector(INPUT);
    (input?.tomselect ?? input ?? this.querySelector(".weft-summary"))?.focus();
  }

  disconnectedCallback() {
    window.removeEventListener("beforeunload", this);
    window.removeEventListener("online", this);
    clearTimeout(this.timer);
  }

  handleEvent(event) {
    if (event.type === "online") this.again();
    else if ("guard" in this.dataset && this.changed) event.preventDefault();
  }

  touched() {
    this.changed = true;
    const state = this.querySelector("[data-unsaved]");
    if (state) state.hidden = false;
    if (!this.dataset.draft) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), PAUSE);
  }

  sent(event) {
    this.changed = false;
    this.submitter = event.submitter;
    clearTimeout(this.timer);
  }

  /** Send everything typed but files; the server keeps it until it is saved or dropped. */
  async keep() {
    const body = new URLSearchParams([...new FormData(this.form)].filter(([, value]) => typeof value === "string"));
    const answer = await request(this.dataset.draft, { method: "POST", body }).catch(() => null);
    if (answer === null) this.store(body);
    else if (answer.ok) this.forget();
    const state = this.querySelector("[data-unsaved]");
    if (state && answer?.ok && this.changed) state.lastChild.textContent = t("form.draft_kept");
    if (answer?.status !== 413) return;
    delete this.dataset.draft; // what is too large now will hardly be smaller in a moment
    if (state) state.lastChild.textContent = t("form.draft_too_large");
  }

  /** Under what this browser keeps what the server cannot hear; of one person, and of one form. */
  get name() {
    return `weft-typed ${document.body.dataset.who} ${location.pathname}`;
  }

  store(body) {
    body.delete("csrf");
    localStorage.setItem(this.name, body.toString());
  }

  forget() {
    localStorage.removeItem(this.name);
  }

  /** What was typed without a network becomes a draft like any other, and the page offers it. */
  async bring() {
    const kept = this.dataset.draft && localStorage.getItem(this.name);
    if (!kept || !navigator.onLine) return;
    const answer = await request(this.dataset.draft, { method: "POST", body: new URLSearchParams(kept) }).catch(() => null);
    if (!answer) return;
    this.forget();
    if (answer.ok && !this.changed) location.reload();
  }

  heard(event) {
    const { ctx } = event.detail;
    if (ctx.request.method === "POST" && ctx.response.status < 500) this.forget();
  }

  /** Nobody answered: say so, keep what was typed, and send it once there is a network again. */
  unheard(event) {
    if (event.target !== this.form || event.detail.ctx?.response) return;
    this.changed = true;
    this.waiting = true;
    if (this.dataset.draft) this.keep();
    this.banner().scrollIntoView({ block: "nearest" });
  }

  banner() {
    const known = this.querySelector("[data-offline]");
    if (known) return known;
    const banner = Object.assign(document.createElement("div"), { className: "weft-alert" });
    Object.assign(banner.dataset, { offline: "", kind: "warning" });
    banner.setAttribute("role", "alert");
    const [title, note] = ["form.offline", "form.offline_kept"].map((code) => Object.assign(document.createElement("p"), { textContent: t(code) }));
    title.className = "weft-alert-title";
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm", textContent: t("form.send_again") });
    button.addEventListener("click", () => this.again());
    const body = document.createElement("div");
    body.append(title, note, button);
    banner.append(body);
    this.form.prepend(banner);
    return banner;
  }

  /** The page bears a token: however often it is sent, it is taken once. */
  again() {
    if (!this.waiting || !this.isConnected) return;
    this.waiting = false;
    this.querySelector("[data-offline]")?.remove();
    this.form.requestSubmit(this.submitter?.isConnected ? this.submitter : undefined);
  }
}

customElements.define("weft-form", Form);
