/* The verdicts of a form on its page: fields come and go, are marked, closed, computed and complained about. */
import { say, t } from "weft/core";
import { encode } from "../expression.js";

const CONTROLS = "input, select, textarea, button";
const escaped = (path) => CSS.escape(path);

/** The place of a field on the page: its input, or the value that is only shown. */
export const placeOf = (form, path) => form.querySelector(`[data-field="${escaped(path)}"], [data-fact="${escaped(path)}"]`);

/** Show all that was decided. `told`: the fields whose checks may be shown, because somebody was there. */
export function show(form, config, verdict, told) {
  states(form, "", config.fields, verdict);
  for (const [key, rows] of Object.entries(verdict.rows)) {
    rows.forEach((state, place) => states(form, `${key}.${place}.`, config.fields[key].fields, state));
  }
  for (const part of form.querySelectorAll("section[data-depends], details[data-depends]")) {
    part.hidden = ![...part.querySelectorAll("[data-field], [data-fact]")].some((each) => !each.hidden && !each.closest("td"));
  }
  for (const [key, value] of Object.entries(verdict.computed)) compute(form, key, value, config.fields[key].look);
  for (const [key, field] of Object.entries(config.fields)) {
    for (const name of field.formulas ?? []) {
      verdict.values[key]?.forEach((row, place) => compute(form, `${key}.${place}.${name}`, row[name], field.fields[name].look));
    }
  }
  complain(form, config, verdict.failed, told);
}

function states(form, prefix, fields, { hidden, required, closed }) {
  for (const [key, field] of Object.entries(fields)) {
    const place = (field.visible || field.required !== undefined || field.closed !== undefined) && placeOf(form, prefix + key);
    if (!place) continue;
    place.hidden = hidden.has(key);
    if (place.dataset.field === undefined) continue;
    demand(place, required.has(key));
    close(place, closed.has(key));
  }
}

/** Mark a field as required, for eyes and for screen readers. */
function demand(place, wanted) {
  for (const input of place.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    if (input.closest("weft-subform")) continue;
    input.toggleAttribute("required", wanted);
    if (wanted) input.setAttribute("aria-required", "true");
    else input.removeAttribute("aria-required");
  }
  const label = place.querySelector(".weft-label"), mark = label?.querySelector(".weft-required");
  if (!wanted) mark?.remove();
  else if (label && !mark) {
    const star = document.createElement("span");
    Object.assign(star, { className: "weft-required", textContent: "*", title: t("common.required") });
    star.setAttribute("aria-hidden", "true");
    label.append(" ", star);
  }
}

/** Close a field: it holds again what the page began with, and is not sent. */
function close(place, wanted) {
  if (wanted === "closed" in place.dataset) return;
  for (const control of place.querySelectorAll(CONTROLS)) {
    if (wanted && !place.querySelector("weft-subform, weft-file")) reset(control);
    control.disabled = wanted;
    if (control.tomselect) control.tomselect[wanted ? "disable" : "enable"]();
  }
  if (wanted) place.dataset.closed = "";
  else delete place.dataset.closed;
}
function reset(control) {
  if (control.type === "checkbox" || control.type === "radio") control.checked = control.defaultChecked;
  else if (control.localName === "select") {
    for (const option of control.options) option.selected = option.defaultSelected;
    control.tomselect?.sync();
  } else if (control.type !== "hidden" && control.localName !== "button") control.value = control.defaultValue;
}

/** Write a computed value where it is shown. */
function compute(form, key, value, look) {
  const place = form.querySelector(`[data-fact="${escaped(key)}"] .weft-fact-value`);
  const text = value === null ? t("common.none") : written(encode(value), look);
  if (!place || text === undefined || place.textContent.trim().replace(/\s+/g, " ") === text) return;
  place.textContent = text;
}

/** What a reader sees; undefined for what only the server can write. */
function written({ value }, { kind, decimals = 0, currency, unit }) {
  const { lang } = document.documentElement, digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  const figure = (options) => new Intl.NumberFormat(lang, { ...digits, ...options }).format(value);
  if (typeof value === "boolean") return t(value ? "common.yes" : "common.no");
  if (kind === "money" && currency) return figure({ style: "currency", currency });
  if (kind === "percent") return `${figure({ minimumFractionDigits: 0 })}%`;
  if (kind === "number" || kind === "money") return unit ? `${figure()} ${unit}` : figure();
  if (kind === "text" || kind === "long_text") return value;
  if (kind === "date") return lang === "en" ? new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(value)) : value;
  return undefined;
}

/** Put the sentence of a failed check beside its field, and take it away when it holds. */
function complain(form, config, failed, told) {
  for (const key of new Set(config.checks.map((each) => each.field))) {
    const place = form.querySelector(`[data-field="${escaped(key)}"]`);
    if (!place) continue;
    const text = told.has(key) ? failed.filter((each) => each.field === key).map((each) => each.message).join(" ") : "";
    let note = place.querySelector(":scope > [data-check]");
    if (note?.textContent === text || (!note && !text)) continue;
    if (!note) {
      note = document.createElement("p");
      Object.assign(note, { className: "weft-error weft-check-error", id: `check-${key}` });
      note.dataset.check = "";
      place.append(note);
    }
    const icon = form.querySelector("weft-logic > template").content.cloneNode(true), words = document.createElement("span");
    words.textContent = text;
    note.replaceChildren(icon, words);
    note.hidden = !text;
    // A sum that is wrong leaves every cell of its rows right.
    if (!place.querySelector("weft-subform")) place.classList.toggle("is-invalid", Boolean(text) || Boolean(place.querySelector(":scope > .weft-error:not([data-check])")));
    describe(place, note.id, Boolean(text));
    if (text) say(text);
  }
}
function describe(place, id, wanted) {
  const input = place.matches("fieldset") ? place : place.querySelector("input:not([type=hidden]), select, textarea");
  if (!input) return;
  const others = (input.getAttribute("aria-describedby") ?? "").split(" ").filter((each) => each && each !== id);
  const ids = wanted ? [...others, id] : others;
  if (ids.length) input.setAttribute("aria-describedby", ids.join(" "));
  else input.removeAttribute("aria-describedby");
}
