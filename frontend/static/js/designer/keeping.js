/* Panels that keep by themselves: what is typed goes into the draft a moment later, and before anything else is
   done; what cannot be kept stays where it was typed, with the reason beside it. */
import { request, t } from "weft/core";
import { renew } from "weft/designer/renewing";

const PAUSE = 800; // milliseconds without a key

const property = (input) => (/^(?:set|map|mode)\.([^.]+)/.exec(input.name) ?? [])[1];
const wrapper = (form, name) => form.querySelector(`[data-prop="${CSS.escape(name)}"]`);

export class Keeper {
  constructor(root) {
    this.root = root;
    this.dirty = new Map(); // form -> names of what was typed and not kept
    this.failed = new Set(); // places of what was refused
    this.work = Promise.resolve();
    for (const name of ["input", "change", "compositionstart", "compositionend"]) root.addEventListener(name, this);
    for (const name of ["submit", "click", "pointerdown", "pointerup", "pointercancel"]) document.addEventListener(name, this, true);
    addEventListener("pagehide", this);
    addEventListener("beforeunload", this);
  }

  stop() {
    for (const name of ["submit", "click", "pointerdown", "pointerup", "pointercancel"]) document.removeEventListener(name, this, true);
    removeEventListener("pagehide", this);
    removeEventListener("beforeunload", this);
    clearTimeout(this.timer);
  }

  handleEvent(event) {
    const act = { input: "typed", change: "typed", submit: "submitted", click: "clicked", pagehide: "left", beforeunload: "leaving" }[event.type];
    if (act) this[act](event);
    else if (event.type === "compositionstart") this.composing = true;
    else if (event.type === "compositionend") { this.composing = false; this.soon(PAUSE); }
    else if (event.type === "pointerdown") this.pressed = true;
    else { this.pressed = false; setTimeout(() => this.release?.(), 0); }
  }

  typed(event) {
    const form = event.target.closest("form[data-keep]");
    const name = form && property(event.target);
    if (!name) return;
    if (!this.dirty.has(form)) this.dirty.set(form, new Set());
    this.dirty.get(form).add(name);
    this.soon(event.type === "change" ? 0 : PAUSE);
  }

  soon(pause) {
    clearTimeout(this.timer);
    if (!this.composing) this.timer = setTimeout(() => this.flush(), pause);
  }

  get waiting() {
    return this.dirty.size > 0 || this.busy;
  }

  /** Keep everything that was typed, one request after the other. `quiet`: another page follows at once. */
  flush(quiet = false) {
    clearTimeout(this.timer);
    this.quiet = quiet;
    this.work = this.work.then(() => this.keepAll());
    return this.work;
  }

  async keepAll() {
    let url = "";
    this.busy = true;
    for (const [form, names] of [...this.dirty]) {
      this.dirty.delete(form);
      if (form.isConnected) url = (await this.keep(form, [...names])) || url;
    }
    this.busy = false;
    if (url && !this.quiet) await this.show(url);
  }

  /** Say these properties of one panel anew; returns the page to look at, blank where they were refused. */
  async keep(form, names, again = true) {
    this.tell(t("design.saving"), "busy");
    const answer = await request(form.action, { method: "POST", body: said(form, names) }).catch(() => undefined);
    if (answer?.status === 409 && again) {
      // Somebody else changed something meanwhile; these few properties are still what is meant.
      const { revision } = await answer.json();
      stand(revision);
      return this.keep(form, names, false);
    }
    if (!answer?.ok) {
      this.refuse(form, names, answer?.status === 422 ? (await answer.json()).issues : [{ name: "", text: t("toast.offline") }]);
      return "";
    }
    const { revision, saved, url, place } = await answer.json();
    stand(revision);
    this.tell(saved, "");
    renamed(form.elements.place.value, place, url);
    for (const name of names) this.failed.delete(`${form.id} ${name}`);
    return url;
  }

  refuse(form, names, issues) {
    for (const name of names) {
      this.failed.add(`${form.id} ${name}`);
      if (!this.dirty.has(form)) this.dirty.set(form, new Set());
      this.dirty.get(form).add(name);
    }
    for (const { name, text } of issues) mark(wrapper(form, name) ?? wrapper(form, names[0]), text);
    this.tell(t("design.keep_failed", { text: issues[0]?.text ?? "" }), "failed");
  }

  tell(text, state) {
    const shown = document.querySelector("[data-saved]");
    if (!shown) return;
    shown.textContent = text;
    shown.dataset.state = state;
  }

  /** Draw the page as it is now around what is being typed. */
  async show(url) {
    const answer = await request(url, { headers: { Accept: "text/html", "HX-Request": "true", "HX-Request-Type": "partial" } }).catch(() => undefined);
    if (!answer?.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (this.pressed) await new Promise((resolve) => { this.release = resolve; });
    const [here, fresh] = [document, page].map((each) => each.getElementById("main"));
    if (!fresh || this.held || !this.root.isConnected) return;
    const typed = (prop) => [...this.dirty].some(([form, names]) => form.contains(prop) && names.has(prop.dataset.prop));
    renew(here, fresh, (prop) => typed(prop) || prop.contains(document.activeElement));
    if (url !== location.pathname + location.search) history.replaceState(history.state, "", url);
  }

  /** What follows waits until all is kept; it is then about the draft as it is. */
  async hold(event, go) {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (this.held) return;
    this.held = true;
    await this.flush(true);
    if (!this.failed.size || (await this.leaveBehind())) go();
    this.held = false;
  }

  async leaveBehind() {
    const { ask } = await import("weft/confirm");
    const leave = await ask(t("design.leave_unsaved"));
    if (leave) this.forget();
    else document.querySelector("[data-keep] .is-invalid :is(input, select, textarea)")?.focus();
    return leave;
  }

  forget() {
    this.dirty.clear();
    this.failed.clear();
  }

  submitted(event) {
    const { target: form, submitter } = event;
    if (form.matches("[data-keep]") && !submitter?.name) {
      event.preventDefault();
      event.stopImmediatePropagation();
      this.flush();
    } else if (this.waiting && form.method === "post") {
      this.hold(event, () => { if (form.isConnected) form.requestSubmit(submitter?.isConnected ? submitter : null); });
    }
  }

  clicked(event) {
    const link = event.target.closest?.("a[href]");
    if (!link || !this.waiting || event.ctrlKey || event.metaKey || event.shiftKey || link.target || link.getAttribute("href").startsWith("#")) return;
    this.hold(event, () => link.click());
  }

  left() {
    for (const [form, names] of this.dirty) {
      if (form.isConnected) request(form.action, { method: "POST", body: said(form, [...names]), keepalive: true });
    }
  }

  leaving(event) {
    if (this.failed.size) event.preventDefault();
  }
}

/** What a panel says of some properties, as its form would. */
function said(form, names) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    const own = property({ name });
    if (typeof value === "string" && !/^(?:add\.|pick$)/.test(name) && (!own || names.includes(own))) body.append(name, value);
  }
  return body;
}

/** Everything on the page is about this revision now. */
function stand(revision) {
  for (const input of document.querySelectorAll("input[name=revision]")) {
    input.value = revision;
    input.setAttribute("value", revision);
  }
}

/** A new element is called after its label: whatever names it on the page follows. */
function renamed(old, place, url) {
  if (old === place) return;
  const [key, now] = [old, place].map((each) => each.split("/").pop());
  const block = document.getElementById(`block-${key}`);
  if (block?.dataset.place === old) {
    block.id = `block-${now}`;
    Object.assign(block.dataset, { key: now, place });
  }
  for (const input of document.querySelectorAll("input[type=hidden]")) {
    const { name, value } = input;
    if (["place", "show", "to"].includes(name) && `${value}/`.startsWith(`${old}/`)) input.value = place + value.slice(old.length);
    else if (name === "next" && (value.endsWith(`?at=${key}`) || value.endsWith(`?at=${encodeURIComponent(old)}`))) input.value = url;
  }
}

function mark(prop, text) {
  if (!prop) return;
  prop.querySelector("[data-refused]")?.remove();
  prop.classList.add("is-invalid");
  const error = Object.assign(document.createElement("p"), { className: "weft-error", textContent: text });
  error.dataset.refused = "";
  error.setAttribute("role", "alert");
  prop.append(error);
  prop.querySelector("input:not([type=hidden]), select, textarea")?.setAttribute("aria-invalid", "true");
}
