/* How much waits: asked again when something new does, in this window or another. */
import { say } from "weft/core";
import { follow } from "weft/live";

const SOON = 400; // milliseconds: what comes together is asked about once
const LATER = 4000; // what a save leads to is done by a worker, which may be elsewhere

class Badges extends HTMLElement {
  connectedCallback() {
    this.leave = follow((topics) => this.heard(topics));
  }

  disconnectedCallback() {
    this.leave();
    clearTimeout(this.soon);
    clearTimeout(this.later);
  }

  /** Something of the person's own is asked about at once, what others wrote once it has led to something. */
  heard(topics) {
    if (topics.some((each) => each === "all" || each.startsWith("person:"))) {
      clearTimeout(this.soon);
      this.soon = setTimeout(() => this.ask(), SOON);
    } else if (!this.later) {
      this.later = setTimeout(() => {
        this.later = undefined;
        this.ask();
      }, LATER);
    }
  }

  async ask() {
    if (document.hidden) return;
    const answer = await fetch(this.dataset.url, { headers: { "HX-Request-Type": "partial" } }).catch(() => undefined);
    if (!answer?.ok || answer.redirected) return;
    const before = this.counts();
    const focused = document.activeElement?.closest(".weft-badged")?.getAttribute("href");
    this.innerHTML = await answer.text();
    if (focused) this.querySelector(`a[href="${focused}"]`)?.focus();
    for (const [href, more] of this.counts()) {
      if (more > (before.get(href) ?? 0)) say(this.querySelector(`a[href="${href}"]`).getAttribute("aria-label"));
    }
  }

  /** Return the number of each badge by its address. */
  counts() {
    const badges = [...this.querySelectorAll("a")];
    return new Map(badges.map((each) => [each.getAttribute("href"), parseInt(each.textContent, 10) || 0]));
  }
}

customElements.define("weft-badges", Badges);
