/* A region as one list a level, province, city, district; the regions are fetched once, where one is chosen. */
const chinese = document.documentElement.lang.startsWith("zh");
const ATTRIBUTES = ["id", "aria-describedby", "aria-invalid", "aria-required"];
const LEVELS = ["province", "city", "district"];
let fetched;

/** All regions: code -> name, and the codes within each; blank: the provinces. */
function regions(url) {
  fetched ??= fetch(url).then((answer) => {
    if (!answer.ok) throw new Error(answer.status);
    return answer.text();
  }).then((text) => {
    const names = new Map(), within = new Map();
    for (const line of text.trim().split("\n")) {
      const [code, name, english] = line.split("\t");
      names.set(code, chinese ? name : english);
      const around = above(code, names);
      within.set(around, [...(within.get(around) ?? []), code]);
    }
    if (!chinese) for (const codes of within.values()) codes.sort((one, other) => names.get(one).localeCompare(names.get(other)));
    return { names, within };
  }).catch((error) => { fetched = undefined; throw error; });
  return fetched;
}
function above(code, names) {
  if (code.endsWith("0000")) return "";
  const city = `${code.slice(0, 4)}00`;
  return !code.endsWith("00") && names.has(city) ? city : `${code.slice(0, 2)}0000`;
}

class Region extends HTMLElement {
  connectedCallback() {
    if (this.input) return;
    this.input = this.querySelector("input");
    this.querySelectorAll("select").forEach((each) => each.remove()); // of the element that this one is a copy of
    this.written = this.input.value;
    this.addEventListener("input", () => this.follow());
    this.addEventListener("change", () => this.follow());
    this.addEventListener("keydown", (event) => this.walk(event));
    regions(this.dataset.url).then((all) => {
      this.all = all;
      const code = this.known();
      if (code !== null) this.begin(code);
    }).catch(() => {}); // it can still be written
  }

  /** The region that stands in the input, null for what only the server can read. */
  known() {
    const { value } = this.input;
    if (value === "" || this.all.names.has(value)) return value;
    return value === this.written && this.dataset.code ? this.dataset.code : null;
  }

  begin(code) {
    const { input } = this, focused = document.activeElement === input;
    this.selects = LEVELS.slice(0, LEVELS.indexOf(this.dataset.depth) + 1).map((level, place) => this.make(level, place));
    const [first] = this.selects;
    for (const name of ATTRIBUTES) if (input.hasAttribute(name)) first.setAttribute(name, input.getAttribute(name));
    input.removeAttribute("id");
    input.hidden = true;
    this.append(...this.selects);
    this.show(code);
    if (focused) first.focus();
  }

  /** Tab leads to the next list before it leaves them, also where it would save a cell. */
  walk(event) {
    const shown = this.selects?.filter((each) => !each.hidden) ?? [];
    if (event.key === "Tab" && shown[shown.indexOf(event.target) + (event.shiftKey ? -1 : 1)]) event.stopPropagation();
  }

  /** Something else wrote into the input: follow it, or leave it to whoever wrote. */
  follow() {
    if (!this.selects || this.input.value === this.dataset.code) return;
    const code = this.known();
    if (code !== null) return void this.show(code);
    this.input.id = this.selects[0].id;
    this.input.hidden = false;
    for (const each of this.selects) each.remove();
    this.selects = null;
  }

  make(level, place) {
    const select = document.createElement("select");
    select.className = "form-select";
    const label = this.closest("[data-field]")?.querySelector(".weft-label")?.textContent.replace("*", "").trim() ?? this.input.getAttribute("aria-label") ?? "";
    select.setAttribute("aria-label", `${label} ${this.dataset[level]}`.trim());
    select.addEventListener("change", (event) => {
      event.stopPropagation();
      this.put(select.value || (place ? this.selects[place - 1].value : ""));
    });
    return select;
  }

  /** Choose a region, from a list or because something else brought it. */
  put(code) {
    this.show(code);
    for (const name of ["input", "change"]) this.input.dispatchEvent(new Event(name, { bubbles: true }));
  }

  show(code) {
    this.input.value = code;
    this.dataset.code = code;
    const chosen = [];
    for (let each = code; each; each = above(each, this.all.names)) chosen.unshift(each);
    let around = "";
    this.selects.forEach((select, place) => {
      this.fill(select, LEVELS[place], place && !around ? [] : this.within(around), chosen[place]);
      around = chosen[place];
    });
  }

  within(around) {
    const codes = this.all.within.get(around) ?? [];
    // Of two levels the second is a city, or what belongs to no city; Beijing is one itself.
    return this.dataset.depth === "city" && around ? codes.filter((each) => each.endsWith("00") || each[2] === "9") : codes;
  }

  fill(select, level, codes, chosen) {
    const blank = new Option(this.dataset[level], "");
    select.replaceChildren(blank, ...codes.map((code) => new Option(this.all.names.get(code), code, false, code === chosen)));
    select.hidden = !codes.length && level !== "province";
    select.value = codes.includes(chosen) ? chosen : "";
  }
}

customElements.define("weft-region", Region);
