/* Draws a page anew around what is being typed: elements that differ are replaced, those in use stay. */

// What scripts hold on to: its content is renewed, itself it stays.
const LASTING = "#main, weft-designer, weft-arrange, form[data-keep], [data-canvas]";

const sign = (element) => `${element.localName} ${element.id || (element.dataset.key ?? element.dataset.prop ?? element.classList[0] ?? "")}`;

/** Make `old` like `fresh`; `used` tells which properties must not be touched. */
export function renew(old, fresh, used) {
  if (old.matches(".weft-tile")) return tile(old, fresh);
  if (old.matches(".weft-here")) return undefined; // who else is there is asked by itself
  if (old.matches("[data-prop]")) return property(old, fresh, used);
  for (const [index, each] of [...fresh.querySelectorAll("details")].entries()) {
    const same = old.querySelectorAll("details")[index];
    if (same) each.open = same.open;
  }
  if (old.matches("details")) fresh.open = old.open;
  if (old.isEqualNode(fresh)) return undefined;
  if (old.matches("input[type=hidden]")) return void old.setAttribute("value", fresh.getAttribute("value"));
  const lasting = old.matches(LASTING) || old.querySelector(LASTING) || old.contains(document.activeElement);
  if (!lasting || !fresh.children.length) {
    old.replaceWith(fresh);
    window.htmx.process(fresh);
    return undefined;
  }
  if (!old.matches(LASTING)) old.className = fresh.className;
  return children(old, fresh, used);
}

function children(old, fresh, used) {
  let at = old.firstElementChild;
  for (const each of [...fresh.children]) {
    let found = at;
    while (found && sign(found) !== sign(each)) found = found.nextElementSibling;
    if (!found) {
      old.insertBefore(each, at);
      window.htmx.process(each);
      continue;
    }
    while (at !== found) at = gone(at);
    at = found.nextElementSibling;
    renew(found, each, used);
  }
  while (at) at = gone(at);
}

function gone(element) {
  const next = element.nextElementSibling;
  if (!element.contains(document.activeElement) && !element.matches(".grid-stack-placeholder, .ui-resizable-handle")) element.remove();
  return next;
}

function property(old, fresh, used) {
  if (!used(old)) {
    if (old.isEqualNode(fresh)) return;
    old.replaceWith(fresh);
    window.htmx.process(fresh);
    return;
  }
  old.classList.toggle("weft-changed", fresh.classList.contains("weft-changed"));
  if (old.querySelector("[data-refused]") && !old.matches(".is-invalid")) old.querySelector("[data-refused]").remove();
}

/** A widget on the grid: the library holds its place, only its look is ours. */
function tile(old, fresh) {
  const [was, now] = [old, fresh].map((each) => each.querySelector(".weft-tile-look"));
  const said = (look) => [look.querySelector("h2")?.textContent, look.querySelector(".weft-note")?.textContent, look.querySelector("weft-chart")?.dataset.figure ?? look.querySelector(".weft-widget-body")?.innerHTML].join("\n");
  if (said(was) !== said(now)) was.replaceWith(now);
  old.querySelector(".weft-block-link").replaceWith(fresh.querySelector(".weft-block-link"));
  window.htmx.process(old);
  for (const name of ["title", "key"]) old.dataset[name] = fresh.dataset[name];
  for (const name of ["chosen", "is-invalid"]) old.classList.toggle(name, fresh.classList.contains(name));
  old.id = fresh.id;
  if (old.gridstackNode) old.gridstackNode.id = fresh.dataset.key;
}
