/* A select with search, over Tom Select; options may come from the server. */
import { assets, loadOnce, request, t } from "weft/core";

const PAUSE = 250;
const CROWD = 50; // rows of one list, beyond which those in sight come first

const arriving = new IntersectionObserver((seen) => {
  for (const { isIntersecting, target } of seen) if (isIntersecting) target.begin();
}, { rootMargin: "300px" });

class Select extends HTMLElement {
  turn = 0;

  connectedCallback() {
    this.select = this.querySelector("select");
    if (!this.select || this.select.tomselect) return;
    if (!this.select.hasAttribute("aria-label")) this.name();
    this.querySelector("[data-new]")?.addEventListener("click", (event) => this.create(event));
    if (this.closest("tbody")?.rows.length > CROWD) arriving.observe(this);
    else this.begin();
  }

  begin() {
    arriving.unobserve(this);
    Promise.all([loadOnce(assets["tom-select.css"]), loadOnce(assets["tom-select.js"])]).then(() => {
      if (this.isConnected && !this.select.tomselect) this.start();
    });
  }

  disconnectedCallback() {
    arriving.unobserve(this);
    this.channel?.close();
    const control = this.select?.tomselect;
    if (!control) return;
    // Destroying restores the first options; what was found and chosen since must survive a move.
    const chosen = [...this.select.selectedOptions].map((option) => [option.value, option.textContent]);
    control.destroy();
    for (const option of this.select.options) option.selected = false;
    for (const [value, text] of chosen) {
      const known = [...this.select.options].find((option) => option.value === value);
      if (known) known.selected = true;
      else this.select.add(new Option(text, value, true, true));
    }
  }

  /** A new record is asked for above this form; in another tab where that cannot be, or is wanted. */
  create(event) {
    const link = event.currentTarget;
    if (event.ctrlKey || event.metaKey || event.shiftKey) { this.expect(); return; }
    event.preventDefault();
    import("weft/adding").then(async ({ add }) => {
      const made = await add(link.href, link.textContent.trim());
      if (made === undefined) { this.expect(); window.open(link.href, "_blank"); }
      else if (made) this.take(made);
      (this.select.tomselect ?? this.select).focus();
    });
  }

  take({ id, text }) {
    const control = this.select.tomselect;
    if (!control) this.select.add(new Option(text, id, true, true));
    control?.addOption({ value: id, text });
    control?.addItem(id);
  }

  /** A record is being created in another tab; when it is saved it is chosen here. */
  expect() {
    this.channel?.close();
    this.channel = new BroadcastChannel("weft-pick");
    this.channel.onmessage = ({ data }) => {
      if (data.form !== this.querySelector("[data-new]").dataset.new) return;
      this.channel.close();
      this.take(data);
    };
  }

  /** Tom Select hides the select; checkers still want it named. */
  name() {
    const text = this.closest("[data-field]")?.querySelector(".weft-label")?.textContent;
    if (text) this.select.setAttribute("aria-label", text.replace("*", "").trim());
  }

  start() {
    const blank = this.select.querySelector('option[value=""]');
    const focused = document.activeElement === this.select;
    const control = new window.TomSelect(this.select, {
      plugins: this.plugins(),
      create: "create" in this.dataset,
      createOnBlur: true,
      maxOptions: 200,
      placeholder: blank?.textContent ?? t("form.type_to_search"),
      allowEmptyOption: false,
      copyClassesToDropdown: false,
      hidePlaceholder: true,
      loadThrottle: PAUSE,
      refreshThrottle: 0,
      preload: this.dataset.url ? "focus" : false,
      ...this.remote(),
      render: this.render(),
      onItemAdd: () => { this.turn += 1; },
      onChange: () => this.dispatchEvent(new Event("weft:changed", { bubbles: true })),
      onInitialize() { composing(this); },
    });
    if (focused) control.focus();
  }

  plugins() {
    const title = { title: t("form.clear_value") };
    if (this.select.multiple) return { remove_button: title };
    return this.dataset.clear === "yes" ? { clear_button: title } : {};
  }

  remote() {
    const { url } = this.dataset;
    if (!url) return {};
    return {
      valueField: "value", labelField: "text", searchField: [],
      load: async (search, done) => {
        const { turn } = this;
        const control = this.select.tomselect;
        const late = () => turn !== this.turn || search !== control?.inputValue();
        if (late()) return this.drop(control, search);
        try {
          const address = new URL(url, location.href);
          address.searchParams.set("search", search);
          this.dispatchEvent(new CustomEvent("weft:asking", { bubbles: true, detail: { address } }));
          const answer = await (await request(address)).json();
          if (late()) return this.drop(control, search);
          control.clearOptions((option) => control.items.includes(String(option.value)));
          done(answer.data.map((each) => ({ value: each.id, text: each.text, note: each.note ?? "" })));
          this.offer(control, search, answer.data);
        } catch {
          done();
        }
      },
      shouldLoad: () => true,
    };
  }

  /** What was searched for is meant, not what stands there already. */
  offer(control, search, found) {
    const first = search && found.find((each) => !control.items.includes(String(each.id)));
    const option = first && control.getOption(first.id);
    if (option) control.setActiveOption(option);
  }

  /** Something was chosen or typed meanwhile: an answer now would only open the list again. */
  drop(control, search) {
    if (!control) return;
    delete control.loadedSearches[search];
    control.loading = Math.max(control.loading - 1, 0);
    if (!control.loading) control.wrapper.classList.remove(control.settings.loadingClass);
  }

  render() {
    return {
      option: (data, escape) => `<div>${escape(data.text)}${data.note ? `<small>${escape(data.note)}</small>` : ""}</div>`,
      item: (data, escape) => `<div>${escape(data.text)}</div>`,
      no_results: (data, escape) => `<div class="no-results" role="option">${escape(t("form.nothing_found"))}</div>`,
      option_create: (data, escape) => `<div class="create">${escape(t("form.create_option", { text: data.input }))}</div>`,
      loading: (data, escape) => `<div class="no-results" role="option">${escape(t("common.loading"))}</div>`,
    };
  }
}

/** While an input method is composing, Enter chooses characters and half a word is not a search. */
function composing(control) {
  const input = control.control_input;
  const held = (event) => { if (event.isComposing) event.stopImmediatePropagation(); };
  input.addEventListener("keydown", held, true);
  input.addEventListener("input", held, true);
  input.addEventListener("compositionend", () => input.dispatchEvent(new Event("input")));
}

customElements.define("weft-select", Select);
