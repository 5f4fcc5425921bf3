/* What choosing a record brings along: values for other inputs, never over what somebody typed. */
import { request, say, t } from "weft/core";
import { placeOf } from "weft/logic/showing";
import { textsOf } from "weft/logic/typed";

const last = new WeakMap(); // place -> what a choice put there

/** Ask what a relation brings, now that it was changed from `was` to `id`; returns what formulas read over it. */
export async function bring(form, config, name, id, was) {
  const parts = name.split("."), path = parts.length > 1 ? `${parts[0]}.${parts.at(-1)}` : name;
  const fills = config.fill[path], leads = config.leads[path];
  if (!fills && !leads) return null;
  const address = new URL(config.fill_url, location.href);
  for (const [key, value] of Object.entries({ field: path, id, was })) if (value) address.searchParams.set(key, value);
  const answer = await request(address).then((found) => (found.ok ? found.json() : null)).catch(() => null);
  if (!answer) return null;
  const prefix = parts.length > 1 ? `${parts[0]}.${parts[1]}.` : "";
  const filled = (fills ?? []).filter((key) => fill(form, prefix + key, answer.fill[key], answer.was[key], id));
  if (filled.length) say(t("form.filled_in", { count: filled.length }));
  return answer.leads;
}

function fill(form, name, brought, before, id) {
  if (id && !brought) return false; // not for this reader
  const place = placeOf(form, name), value = brought?.value ?? "";
  if (!place) return false;
  if (place.dataset.field === undefined) {
    place.querySelector(".weft-fact-value").textContent = brought?.text || t("common.none");
    return true;
  }
  const now = content(form, name), mine = last.get(place) ?? same(before?.value ?? "");
  // A default that nobody touched gives way to a choice; what was typed or stood there does not.
  if (now !== "" && now !== mine && (!id || "typed" in place.dataset || form.elements._record)) return false;
  put(form, place, name, brought, value);
  last.set(place, content(form, name));
  return true;
}
const same = (value) => (Array.isArray(value) ? value : [value]).map(String).filter((each) => each !== "").join("\n");
const content = (form, name) => same(textsOf(form, name));

function put(form, place, name, brought, value) {
  const wanted = Array.isArray(value) ? value.map(String) : [String(value)];
  const select = place.querySelector("select:not(weft-region > *)"), boxes = place.querySelectorAll("input[type=checkbox], input[type=radio]");
  if (select) choose(select, wanted, brought?.items ?? []);
  else if (boxes.length) for (const box of boxes) box.checked = wanted.includes(box.value);
  else {
    const input = place.querySelector("input:not([type=hidden]), textarea");
    if (input) input.value = wanted[0];
  }
  const changed = select ?? boxes[0] ?? place.querySelector("input:not([type=hidden]), textarea");
  changed?.dispatchEvent(new CustomEvent("change", { bubbles: true, detail: "filled" }));
}
function choose(select, wanted, items) {
  const control = select.tomselect;
  for (const { id, text } of items) {
    if (control) control.addOption({ value: id, text });
    else if (![...select.options].some((option) => option.value === id)) select.add(new Option(text, id));
  }
  if (control) control.setValue(select.multiple ? wanted : wanted[0], true);
  else for (const option of select.options) option.selected = wanted.includes(option.value);
}
