/* The search over everything, laid over the page one is on. */
import "weft/searching";

/** Open it; where it cannot be fetched, its page is opened instead. */
export async function open(url) {
  const headers = { "HX-Request": "true", "HX-Request-Type": "partial" };
  const answer = await fetch(url, { credentials: "same-origin", headers }).catch(() => undefined);
  const page = new DOMParser().parseFromString((await answer?.text()) ?? "", "text/html");
  const found = page.querySelector("weft-searching");
  if (!answer?.ok || answer.redirected || !found) {
    location.assign(url);
    return;
  }
  const dialog = document.createElement("dialog");
  dialog.className = "weft-dialog weft-palette";
  dialog.setAttribute("aria-label", found.querySelector("input").getAttribute("aria-label"));
  found.querySelector("form").removeAttribute("hx-push-url"); // the page below keeps its address
  dialog.append(...page.querySelectorAll("main link[rel=stylesheet]"), found);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  globalThis.htmx?.process(dialog);
  dialog.showModal();
}
