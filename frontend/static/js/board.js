/* A dashboard that stays true: asks again for the widgets whose records changed. */
import { say } from "weft/core";
import { follow } from "weft/live";

const APART = 800; // milliseconds between two rounds of questions
const SPOKEN = 5000;

class Board extends HTMLElement {
  connectedCallback() {
    this.waiting = new Set();
    this.badge = document.querySelector("[data-live]");
    this.badge?.addEventListener("click", this);
    this.leave = follow((topics) => this.heard(topics), (live) => this.state(live));
  }

  disconnectedCallback() {
    this.leave();
    this.badge?.removeEventListener("click", this);
    clearTimeout(this.timer);
  }

  handleEvent() {
    this.paused = !this.paused;
    this.badge.setAttribute("aria-pressed", String(!this.paused));
    if (!this.paused) this.ask();
  }

  state(live) {
    if (this.badge) this.badge.hidden = !live;
    // What happened while the line was dead is not told again.
    if (live && this.lost) this.heard(["all"]);
    this.lost = !live;
  }

  heard(topics) {
    for (const widget of this.querySelectorAll(".weft-widget")) {
      const own = widget.dataset.topics.split(" ");
      const touched = topics.some((each) => each === "all" || own.includes(each) || own.some((one) => one.startsWith(`form:${each.slice(4)}.`)));
      if (touched) this.waiting.add(widget.id);
    }
    if (!this.paused) this.ask();
  }

  /** Ask for what is waiting, one round after the other. */
  ask() {
    if (this.timer || !this.waiting.size) return;
    this.timer = setTimeout(async () => {
      const ids = [...this.waiting];
      this.waiting.clear();
      const started = performance.now();
      for (const id of ids) await this.renew(document.getElementById(id));
      this.tell();
      // A server that takes long is asked less often.
      const rest = Math.max(0, 2 * (performance.now() - started) - APART);
      this.timer = setTimeout(() => {
        this.timer = undefined;
        this.ask();
      }, rest);
    }, APART);
  }

  async renew(widget) {
    if (!widget?.dataset.url || busy(widget)) return;
    const headers = { "HX-Request": "true", "HX-Request-Type": "partial" };
    const answer = await fetch(widget.dataset.url, { credentials: "same-origin", headers }).catch(() => undefined);
    if (!answer?.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(widget.id);
    if (fresh) await replace(widget, fresh);
    const said = page.querySelector("[data-updated]");
    const shown = document.querySelector("[data-updated]");
    if (said && shown) shown.textContent = said.textContent;
  }

  tell() {
    const now = performance.now();
    if (now - (this.spoken ?? -SPOKEN) < SPOKEN) return;
    this.spoken = now;
    say(this.dataset.said);
  }
}

/** Whether somebody writes in a widget just now. */
const busy = (widget) => widget.contains(document.activeElement) && Boolean(document.activeElement.value);

/** Put fresh figures in a widget's place; a chart moves to them, an open table stays open. */
async function replace(widget, fresh) {
  const [chart, next] = [widget, fresh].map((each) => each.querySelector("weft-chart"));
  if (!chart || !next) {
    widget.replaceWith(fresh);
    return;
  }
  await chart.show(next.dataset.figure);
  chart.parentElement.ariaLabel = next.parentElement.ariaLabel;
  widget.querySelector(".weft-scroll").replaceWith(fresh.querySelector(".weft-scroll"));
  const [foot, notes] = [widget, fresh].map((each) => each.querySelector(".weft-widget-foot"));
  foot?.remove();
  if (notes) widget.append(notes);
}

customElements.define("weft-board", Board);
