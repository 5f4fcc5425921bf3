/* While a form is typed, asks what is there already, and says so beside the input it is about. */
import { request, say } from "weft/core";

const PAUSE = 500;

class Duplicates extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.fields = new Set(this.dataset.fields.split(" "));
    this.typed = (event) => this.touched(event.target);
    for (const name of ["input", "change"]) this.form.addEventListener(name, this.typed);
  }

  disconnectedCallback() {
    for (const name of ["input", "change"]) this.form.removeEventListener(name, this.typed);
    clearTimeout(this.timer);
    this.asked?.abort();
  }

  touched(input) {
    if (!this.fields.has(input.closest("[data-field]")?.dataset.field ?? input.name)) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  /** Ask with everything typed but files; an answer that a later question overtook is dropped. */
  async ask() {
    this.asked?.abort();
    this.asked = new AbortController();
    const body = new URLSearchParams([...new FormData(this.form)].filter(([, value]) => typeof value === "string"));
    const options = { method: "POST", body, signal: this.asked.signal, headers: { Accept: "text/html" } };
    const answer = await request(this.dataset.url, options).catch(() => null);
    if (answer?.ok) this.show(await answer.text());
  }

  show(html) {
    for (const each of this.form.querySelectorAll(".weft-likely[data-shown]")) each.remove();
    const found = [...new DOMParser().parseFromString(html, "text/html").querySelectorAll(".weft-likely")];
    for (const each of found) {
      each.dataset.shown = "";
      (this.form.querySelector(`[data-field="${each.dataset.for}"]`) ?? this).append(each);
    }
    const text = found.map((each) => each.textContent.trim().replace(/\s+/g, " ")).join(" ");
    if (text !== this.said) say(text);
    this.said = text;
  }
}

customElements.define("weft-duplicates", Duplicates);
