/* Choices that depend on others: options that follow a select, and look-ups that know the record. */
import { request } from "weft/core";
import { placeOf } from "weft/logic/showing";
import { textsOf as texts } from "weft/logic/typed";

const kept = new WeakMap();

/** The inputs of a place such as `items.who`, each with its full name; those of a record have one. */
function* places(form, path) {
  const [key, inner] = path.split(".");
  if (!inner) yield path;
  else for (const cell of form.querySelectorAll(`[data-field^="${CSS.escape(key)}."]`)) {
    const [head, place, name] = cell.dataset.field.split(".");
    if (head === key && name === inner) yield `${head}.${place}.${name}`;
  }
}
/** The name of a field beside another: in its row if the row has it, else in the record. */
function beside(form, config, path, key) {
  const [head, place, inner] = path.split(".");
  return inner && config.fields[head].fields[key] ? `${head}.${place}.${key}` : key;
}

/** Offer only what goes with the choices above. `changed`: the input somebody just used; nothing else loses its choice. */
export function follow(form, config, changed) {
  for (const [path, { field, under }] of Object.entries(config.follows)) {
    for (const name of places(form, path)) {
      const above = beside(form, config, name, field), chosen = texts(form, above);
      const offered = (option) => !under[option] || under[option].some((each) => chosen.includes(each));
      offer(placeOf(form, name), offered, changed === above);
    }
  }
}
function offer(place, offered, clear) {
  const select = place?.querySelector("select");
  if (!select) {
    for (const box of place?.querySelectorAll("input[type=checkbox]") ?? []) {
      const fits = offered(box.value);
      if (clear && !fits && box.checked) box.click();
      box.closest("label").hidden = !fits && !box.checked;
    }
    return;
  }
  if (!kept.has(select)) kept.set(select, [...select.options]);
  const wanted = kept.get(select).filter((option) => !option.value || offered(option.value) || (!clear && option.selected));
  if (wanted.length === select.options.length && wanted.every((option, at) => option === select.options[at])) return;
  const lost = [...select.selectedOptions].some((option) => !wanted.includes(option));
  select.replaceChildren(...wanted);
  if (lost && !select.multiple) select.value = "";
  select.tomselect?.sync();
  if (lost) select.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Tell a look-up what stands beside it. */
export function ask(form, config, name, address) {
  const parts = name.split("."), path = parts.length > 1 ? `${parts[0]}.${parts.at(-1)}` : name;
  const keys = config.narrowed[path];
  if (!keys) return;
  const given = keys.map((key) => [key, key === "_id" ? form.elements._record?.value ?? "" : texts(form, beside(form, config, name, key)).at(-1) ?? ""]);
  address.searchParams.set("this", JSON.stringify(Object.fromEntries(given)));
}

/** After a change, forget what look-ups offered, and take back choices that no longer go with it. */
export function recheck(form, config, changed) {
  for (const [path, keys] of Object.entries(config.narrowed)) {
    for (const name of places(form, path)) {
      if (keys.some((key) => beside(form, config, name, key) === changed)) refresh(form, config, name);
    }
  }
}
async function refresh(form, config, name) {
  const holder = placeOf(form, name)?.querySelector("weft-select"), select = holder?.querySelector("select");
  if (!select) return;
  const chosen = texts(form, name);
  forget(select, chosen);
  if (!chosen.length) return;
  const address = new URL(holder.dataset.url, location.href);
  address.searchParams.set("id", chosen.join(","));
  ask(form, config, name, address);
  const answer = await request(address).then((found) => found.json()).catch(() => null);
  const fitting = answer?.data?.map((each) => each.id);
  if (!fitting) return;
  for (const each of texts(form, name).filter((id) => chosen.includes(id) && !fitting.includes(id))) drop(select, each);
}
function forget(select, chosen) {
  const control = select.tomselect;
  if (!control) return;
  control.clearActiveOption();
  control.loadedSearches = {};
  control.clearOptions((option) => chosen.includes(String(option.value)));
  control.wrapper.classList.remove("preloaded");
}
function drop(select, id) {
  if (select.tomselect) select.tomselect.removeItem(id);
  else for (const option of select.options) if (option.value === id) option.selected = false;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}
