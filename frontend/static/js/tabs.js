/* Tabs over sections of one page: without this all of them stand there, one after the other. */
const WAYS = { ArrowRight: 1, ArrowLeft: -1 };

class Tabs extends HTMLElement {
  connectedCallback() {
    const list = this.querySelector(":scope > nav");
    this.tabs = [...list.children];
    list.role = "tablist";
    for (const tab of this.tabs) {
      const panel = this.panel(tab);
      tab.role = "tab";
      tab.id = `${panel.id}-name`;
      tab.setAttribute("aria-controls", panel.id);
      panel.role = "tabpanel";
      panel.setAttribute("aria-labelledby", tab.id);
    }
    list.addEventListener("click", this);
    list.addEventListener("keydown", this);
    document.addEventListener("click", this);
    addEventListener("hashchange", this);
    this.watching = new MutationObserver(() => this.review());
    this.watching.observe(this, { attributes: true, attributeFilter: ["hidden"], subtree: true });
    const wrong = this.tabs.some((tab) => tab.querySelector(".weft-tab-wrong"));
    this.open((!wrong && this.holding(location.hash)) || this.tabs.find((tab) => tab.classList.contains("active")) || this.tabs[0]);
  }

  disconnectedCallback() {
    this.watching.disconnect();
    document.removeEventListener("click", this);
    removeEventListener("hashchange", this);
  }

  handleEvent(event) {
    if (event.type === "hashchange") this.open(this.holding(location.hash));
    else if (event.type === "keydown") this.key(event);
    else this.clicked(event);
  }

  /** A tab opens what it leads to; any link to something on a tab opens it before the browser goes there. */
  clicked(event) {
    const link = event.target.closest("a[href^='#']");
    if (!link) return;
    this.open(this.holding(link.hash));
    if (!this.tabs.includes(link)) return;
    event.preventDefault();
    history.replaceState(history.state, "", link.hash);
  }

  key(event) {
    const shown = this.tabs.filter((tab) => !tab.hidden), at = shown.indexOf(event.target);
    const next = event.key in WAYS ? shown[(at + WAYS[event.key] + shown.length) % shown.length] : event.key === "Home" ? shown[0] : event.key === "End" ? shown.at(-1) : undefined;
    if (at < 0 || !next) return;
    event.preventDefault();
    this.open(next);
    next.focus();
  }

  panel(tab) {
    return document.getElementById(tab.hash.slice(1));
  }

  /** The tab that a place on the page stands in. */
  holding(hash) {
    const place = hash.length > 1 && document.getElementById(decodeURIComponent(hash.slice(1)));
    return place ? this.tabs.find((tab) => this.panel(tab).contains(place)) : undefined;
  }

  open(wanted) {
    if (!wanted) return;
    for (const tab of this.tabs) {
      const open = tab === wanted;
      tab.classList.toggle("active", open);
      tab.setAttribute("aria-selected", String(open));
      tab.tabIndex = open ? 0 : -1;
      this.panel(tab).toggleAttribute("data-open", open);
    }
    wanted.parentElement.scrollLeft = wanted.offsetLeft - wanted.parentElement.offsetLeft - 40;
  }

  /** What is typed elsewhere hides the sections of a tab and brings them back. */
  review() {
    for (const tab of this.tabs) {
      const parts = [...this.panel(tab).querySelectorAll(":scope > .weft-section")];
      const hidden = parts.length > 0 && parts.every((each) => each.hidden);
      if (tab.hidden !== hidden) tab.hidden = hidden;
    }
    if (this.tabs.some((tab) => tab.hidden && tab.classList.contains("active"))) this.open(this.tabs.find((tab) => !tab.hidden));
  }
}

customElements.define("weft-tabs", Tabs);
