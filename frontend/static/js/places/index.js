/* Cards that are put from place to place: dragged by mouse or finger, lifted by a key, or sent from a menu.
   Every way ends in one post; what then stands in the list is what the server says. */
import { assets, loadOnce, request, say, t, toast } from "weft/core";
import { follow } from "weft/live";

const HOLD = 220; // milliseconds a finger rests before it drags and no longer scrolls
const CALM = 1500;
const NARROW = "(max-width: 700px)";

class Places extends HTMLElement {
  async connectedCallback() {
    this.dialog = this.querySelector("dialog[data-places]");
    for (const name of ["keydown", "click", "focusout"]) this.addEventListener(name, this);
    if (this.dataset.topic) this.leave = follow((topics) => this.heard(topics));
    this.toToday();
    if (!this.dialog) return;
    await loadOnce(assets["sortable.js"]);
    if (this.isConnected) this.sort();
  }

  disconnectedCallback() {
    this.leave?.();
    clearTimeout(this.timer);
    for (const each of this.sortables ?? []) each.destroy();
  }

  /** A month on a phone is a list of days: it is read from today on. */
  toToday() {
    if (this.dataset.seen || !matchMedia(NARROW).matches) return;
    this.dataset.seen = "yes";
    this.querySelector('[aria-current="date"]')?.scrollIntoView({ block: "center" });
  }

  sort() {
    this.sortables = [...this.querySelectorAll("[data-place]")].map((place) => window.Sortable.create(place, {
      group: "places", sort: false, draggable: "[data-put]", filter: "input", preventOnFilter: false, animation: 120,
      delay: HOLD, delayOnTouchOnly: true, touchStartThreshold: 6, ghostClass: "weft-ghost", dragClass: "weft-dragged", emptyInsertThreshold: 24,
      onStart: () => { this.dragging = true; },
      onEnd: ({ item, from, to }) => {
        this.dragging = false;
        if (from !== to) this.put(item, to);
      },
    }));
  }

  get places() {
    return [...this.querySelectorAll("[data-place]")];
  }

  handleEvent(event) {
    if (event.type === "keydown") this.key(event);
    else if (event.type === "click") this.clicked(event);
    else if (this.lifted && !this.busy && !this.lifted.contains(event.relatedTarget)) this.drop(false);
  }

  clicked(event) {
    const more = event.target.closest("[data-more]");
    const grip = event.target.closest("[data-grip]");
    const to = event.target.closest("[data-to]");
    if (more) {
      event.preventDefault();
      this.fetchMore(more);
    } else if (to) {
      this.dialog.close();
      this.put(this.asked, this.places.find((each) => each.dataset.place === to.dataset.to), to.dataset.to);
    } else if (event.target.closest("[data-to-date]")) {
      const day = this.dialog.querySelector("[data-date]").value;
      if (!day) return;
      this.dialog.close();
      this.put(this.asked, this.places.find((each) => each.dataset.place === day), day);
    } else if (grip && event.detail) {
      this.ask(grip.closest("[data-item]")); // a click; a key that presses the button lifts
    }
  }

  /** Open the menu of places for one card. */
  ask(item) {
    this.asked = item;
    const title = this.dialog.querySelector("[data-text]");
    title.textContent = title.dataset.text.replace("{name}", item.dataset.title);
    const here = item.closest("[data-place]").dataset.place;
    for (const each of this.dialog.querySelectorAll("[data-to]")) each.disabled = each.dataset.to === here;
    const day = this.dialog.querySelector("[data-date]");
    if (day) day.value = here;
    this.dialog.showModal();
  }

  async fetchMore(link) {
    const answer = await fetch(link.href, { credentials: "same-origin", headers: { "HX-Request": "true", "HX-Request-Type": "partial" } }).catch(() => undefined);
    if (!answer?.ok) return toast(t("toast.failed"), "danger");
    const place = link.closest("[data-place]");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = [...(page.getElementById(place.id)?.children ?? [])];
    link.closest("li").replaceWith(...fresh);
    return fresh[0]?.querySelector("a")?.focus();
  }

  /* ------------------------------------------------ keys */

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.target.closest("dialog")) return;
    const item = event.target.closest("[data-item]");
    const grip = event.target.closest("[data-grip]");
    if (grip && ["Enter", " "].includes(event.key)) {
      event.preventDefault();
      if (this.lifted) this.drop(true);
      else this.lift(item);
    } else if (this.lifted && event.key === "Escape") {
      event.preventDefault();
      this.drop(false);
    } else if (item && event.key.startsWith("Arrow")) {
      event.preventDefault();
      if (this.lifted) this.carry(event.key);
      else this.walk(item, event.key, grip ? "[data-grip]" : "a");
    }
  }

  /** How many places an arrow leads on: columns have only neighbours, days also weeks. */
  steps(key) {
    const across = Number(this.dataset.across);
    return { ArrowLeft: -1, ArrowRight: 1, ArrowUp: across > 1 ? -across : 0, ArrowDown: across > 1 ? across : 0 }[key];
  }

  lift(item) {
    this.lifted = item;
    this.home = { place: item.parentElement, next: item.nextElementSibling };
    item.classList.add("lifted");
    item.querySelector("[data-grip]").setAttribute("aria-pressed", "true");
    say(t("screen.look.lifted", { name: item.dataset.title, place: this.home.place.dataset.name }));
  }

  carry(key) {
    const { places } = this;
    const to = places[places.indexOf(this.lifted.closest("[data-place]")) + this.steps(key)];
    if (!to || !this.steps(key)) return;
    this.move(to, to.firstElementChild);
    say(t("screen.look.over", { name: this.lifted.dataset.title, place: to.dataset.name }));
  }

  /** Set the lifted card before another; moving it takes the focus from it for a moment. */
  move(place, next) {
    this.busy = true;
    place.insertBefore(this.lifted, next);
    this.lifted.querySelector("[data-grip]").focus();
    this.lifted.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.busy = false;
  }

  drop(keep) {
    const item = this.lifted;
    const to = item.closest("[data-place]");
    if (!keep) this.move(this.home.place, this.home.next);
    this.lifted = undefined;
    item.classList.remove("lifted");
    item.querySelector("[data-grip]").setAttribute("aria-pressed", "false");
    if (keep && to !== this.home.place) this.put(item, to);
    else say(t("screen.look.put_back", { name: item.dataset.title }));
  }

  /** Without a card in hand arrows walk from card to card. */
  walk(item, key, what) {
    const place = item.closest("[data-place]");
    const items = [...place.querySelectorAll("[data-item]")];
    const at = items.indexOf(item);
    const beside = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (!beside) {
      items[at + (key === "ArrowDown" ? 1 : -1)]?.querySelector(what)?.focus();
      return;
    }
    const { places } = this;
    for (let next = places.indexOf(place) + beside; places[next]; next += beside) {
      const others = [...places[next].querySelectorAll("[data-item]")];
      const found = others[Math.min(at, others.length - 1)]?.querySelector(what);
      if (found) return void found.focus();
    }
  }

  /* ------------------------------------------------ putting */

  async put(item, place, to = place.dataset.place) {
    item.setAttribute("aria-busy", "true");
    if (place && item.parentElement !== place) place.prepend(item);
    const body = new URLSearchParams({ to, version: item.dataset.version });
    const answer = await request(item.dataset.put, { method: "POST", body }).catch(() => undefined);
    const said = await answer?.json().catch(() => undefined);
    if (said?.url) {
      location.assign(said.url);
      return;
    }
    await this.renew(item.id);
    if (!said?.level) toast(t(answer ? "toast.failed" : "toast.offline"), "danger");
    else if (said.level === "success") say(t("screen.look.put_in", { name: item.dataset.title, place: place?.dataset.name ?? to }));
    else toast(said.text, said.level);
  }

  /** Show the list as it is now: as many cards as before, each column where it was scrolled to. */
  async renew(id) {
    const url = new URL(location.href);
    const shown = this.places.map((each) => `${each.dataset.place}:${each.querySelectorAll("[data-item]").length + 1}`);
    if (this.querySelector("[data-more], .weft-lane")) url.searchParams.set("shown", shown.join(","));
    const tops = new Map([this, ...this.places].map((each) => [each.id, [each.scrollLeft, each.scrollTop]]));
    const answer = await fetch(url, { credentials: "same-origin", headers: { "HX-Request": "true", "HX-Request-Type": "partial" } }).catch(() => undefined);
    if (!answer?.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("weft-places");
    const held = document.activeElement?.closest("[data-item]")?.id;
    if (!fresh || this.lifted || this.dragging || this.dialog?.open) return;
    fresh.dataset.seen = "yes";
    this.replaceWith(fresh);
    window.htmx.process(fresh);
    for (const each of [fresh, ...fresh.querySelectorAll("[data-place]")]) [each.scrollLeft, each.scrollTop] = tops.get(each.id) ?? [0, 0];
    const again = document.getElementById(id ?? held);
    if (id || held) again?.querySelector("[data-grip], a")?.focus({ preventScroll: true });
    if (id) again?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** Somebody else changed such records: look again, once the hands are off. */
  heard(topics) {
    if (!topics.some((each) => each === "all" || each === this.dataset.topic)) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.lifted || this.dragging || this.dialog?.open) this.heard(topics);
      else this.renew();
    }, CALM);
  }
}

customElements.define("weft-places", Places);
