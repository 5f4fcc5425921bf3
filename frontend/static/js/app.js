/* Starts on every page: loads an element's module when the element appears, and links htmx to toasts. */
import { say, t, toast } from "weft/core";

document.documentElement.classList.add("weft-scripted");

const asked = new Set();

/** Import the module of every `weft-*` element that is not defined yet. */
function load(root = document) {
  for (const element of root.querySelectorAll(":not(:defined)")) {
    const tag = element.localName;
    if (!tag.startsWith("weft-") || asked.has(tag)) continue;
    asked.add(tag);
    import(`weft/${tag.slice(5)}`).catch((error) => console.error(tag, error));
  }
}

load();
for (const arrived of ["htmx:after:swap", "weft:arrived"]) document.addEventListener(arrived, () => load());

// An answer without the part that was asked for (the session ended, the list is gone) is a page of its own.
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (!ctx.select || !ctx.text || ctx.swap === "none") return;
  const whole = ctx.text.includes(`id="${ctx.select.slice(1)}"`) && !ctx.text.includes('data-frame="bare"');
  if (whole) return;
  event.preventDefault();
  if (ctx.request.method === "GET" || ctx.response.status < 400) location.assign(ctx.response.raw.url);
  else if (!told(ctx.response.status)) toast(t("toast.failed"), "danger");
});

/** Tell whether `htmx:response:error` has said something about a status. */
const told = (status) => status === 403 || status >= 500;

/** Return what an error page says to whoever stays where they are and keeps what they typed. */
const reason = (html) => new DOMParser().parseFromString(html ?? "", "text/html").querySelector(".weft-empty .weft-note")?.textContent;

document.addEventListener("htmx:response:error", (event) => {
  const { ctx } = event.detail;
  const status = ctx.response?.status ?? 0;
  if (told(status)) toast(status === 403 ? reason(ctx.text) || t("toast.forbidden") : t("toast.failed"), "danger");
});
document.addEventListener("htmx:error", () => toast(t("toast.offline"), "danger"));

document.addEventListener("htmx:after:settle", (event) => {
  const main = event.detail.newContent?.find((element) => element.id === "main");
  if (!main) return;
  // The focus was put back where it stood; a refused form wants it elsewhere.
  main.querySelector(".weft-summary")?.closest("weft-form")?.mend?.();
  if (main.contains(document.activeElement)) {
    document.activeElement.scrollIntoView({ block: "center" });
    return;
  }
  (main.querySelector("[autofocus], .weft-summary") ?? main).focus({ preventScroll: true });
  say(document.title);
});

// Anything with `data-confirm` asks first; without scripts it acts at once, and can be undone.
document.addEventListener("submit", async (event) => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (!question || event.target.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { ask } = await import("weft/confirm");
  if (!(await ask(question))) return;
  event.target.dataset.confirmed = "yes";
  event.target.requestSubmit(event.submitter);
  delete event.target.dataset.confirmed;
}, true);

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.isComposing) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const search = [...document.querySelectorAll('[data-shortcut="/"]')].find((input) => input.offsetParent);
  if (!search) return;
  event.preventDefault();
  search.focus();
});

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey || event.defaultPrevented) return;
  const everywhere = document.querySelector("[data-search-all]");
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  const asks = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
  if (!everywhere || (!asks && (event.key !== "?" || typing))) return;
  event.preventDefault();
  if (!asks) location.assign(`${everywhere.href}#shortcuts`);
  else if (document.querySelector("weft-searching")) document.querySelector("weft-searching input").focus();
  else import("weft/palette").then(({ open }) => open(everywhere.href));
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  const opener = event.target.closest("[data-open-dialog]");
  if (opener) document.getElementById(opener.dataset.openDialog)?.showModal();
});
