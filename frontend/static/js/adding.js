/* A record created on the way to choosing it: its form in a dialog above the one that is being filled. */
import { t } from "weft/core";

const NAMING = ["id", "for", "aria-describedby", "aria-labelledby", "form"];
let opened = 0;

/** Ask for a new record at an address; answers `{id, text}`, or null where nobody saved one. */
export async function add(url, title) {
  const answer = await fetch(url, { credentials: "same-origin" }).catch(() => null);
  const form = answer?.ok ? formIn(await answer.text()) : null;
  if (!form) return undefined;
  const dialog = frame(title);
  return new Promise((resolve) => {
    let saved = null;
    dialog.addEventListener("close", () => { dialog.remove(); resolve(saved); });
    const show = (found) => {
      prepare(found, dialog, url, (html, { ok, url: to }) => {
        saved = pickedIn(html);
        if (saved) { dialog.close(); return; }
        const again = formIn(html);
        if (again) show(again);
        else if (ok) location.assign(to);
        else tell(dialog, t("toast.failed"));
      });
      dialog.querySelector(".weft-dialog-body").replaceChildren(found);
      document.dispatchEvent(new Event("weft:arrived"));
      (found.querySelector('[aria-invalid="true"]') ?? found.querySelector("input:not([type=hidden]):not([tabindex]), select, textarea"))?.focus();
    };
    show(form);
    dialog.showModal();
  });
}

const parse = (html) => new DOMParser().parseFromString(html, "text/html");

function formIn(html) {
  const found = parse(html).querySelector("form#record")?.closest("weft-form");
  return found ? document.importNode(found, true) : null;
}

function pickedIn(html) {
  const picked = parse(html).querySelector("weft-picked");
  return picked ? { id: picked.dataset.id, text: picked.dataset.text } : null;
}

function frame(title) {
  const dialog = document.createElement("dialog");
  dialog.className = "weft-dialog weft-dialog-form";
  dialog.setAttribute("aria-label", title);
  const head = document.createElement("div");
  head.className = "weft-dialog-head";
  const name = Object.assign(document.createElement("h2"), { textContent: title });
  const close = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-icon btn-ghost", textContent: "×" });
  close.setAttribute("aria-label", t("common.close"));
  close.addEventListener("click", () => dialog.close());
  head.append(name, close);
  const body = Object.assign(document.createElement("div"), { className: "weft-dialog-body" });
  dialog.append(head, body);
  document.body.append(dialog);
  return dialog;
}

/** Give what arrived names of its own, and let its form be sent from here. */
function prepare(place, dialog, url, answered) {
  opened += 1;
  for (const element of place.querySelectorAll("*")) rename(element, `new${opened}-`);
  for (const name of ["draft", "guard"]) delete place.dataset[name];
  const form = place.querySelector("form");
  for (const { name } of [...form.attributes]) if (name.startsWith("hx-")) form.removeAttribute(name);
  form.querySelector(".weft-submit a")?.addEventListener("click", (event) => { event.preventDefault(); dialog.close(); });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    const sent = event.submitter;
    if (sent) sent.disabled = true;
    const answer = await fetch(url, { method: "POST", body: new FormData(form, sent), credentials: "same-origin" }).catch(() => null);
    if (sent) sent.disabled = false;
    if (answer) answered(await answer.text(), answer);
    else tell(dialog, t("toast.offline"));
  });
}

/** Say it above the form: what is outside of the dialog is neither seen nor heard now. */
function tell(dialog, text) {
  dialog.querySelector("[data-told]")?.remove();
  const note = Object.assign(document.createElement("p"), { className: "weft-error", textContent: text });
  note.dataset.told = "";
  note.setAttribute("role", "alert");
  dialog.querySelector(".weft-dialog-body").prepend(note);
  note.scrollIntoView({ block: "nearest" });
}

function rename(element, prefix) {
  for (const name of NAMING) {
    const value = element.getAttribute(name);
    if (value) element.setAttribute(name, value.split(" ").map((each) => prefix + each).join(" "));
  }
  const link = element.getAttribute("href");
  if (link?.startsWith("#")) element.setAttribute("href", `#${prefix}${link.slice(1)}`);
}
