/* Pictures open large above the page; arrows lead to the next one, Esc and the button back to where one was. */
import { t } from "weft/core";

class Enlarge extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link?.querySelector("img") || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      show([...this.querySelectorAll("a:has(img)")], link);
    });
  }
}

/** Show the picture behind one of some links. */
function show(links, first) {
  let at = links.indexOf(first);
  const dialog = document.createElement("dialog");
  dialog.className = "weft-dialog";
  const picture = document.createElement("img");
  dialog.style.width = "fit-content";
  Object.assign(picture.style, { maxWidth: "100%", maxHeight: "calc(100dvh - 200px)", display: "block", margin: "0 auto 12px" });
  const name = document.createElement("a");
  const line = document.createElement("p");
  line.append(name);
  const close = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: t("common.close") });
  const foot = Object.assign(document.createElement("div"), { className: "weft-actions" });
  foot.append(close);
  const body = Object.assign(document.createElement("div"), { className: "weft-dialog-body" });
  body.append(picture, line, foot);
  dialog.append(body);
  const put = () => {
    picture.src = name.href = links[at].href;
    picture.alt = name.textContent = name.download = links[at].querySelector("img").alt;
    dialog.setAttribute("aria-label", picture.alt);
  };
  const steps = { ArrowLeft: -1, ArrowRight: 1 };
  dialog.addEventListener("keydown", (event) => {
    if (!(event.key in steps)) return;
    event.preventDefault();
    at = (at + steps[event.key] + links.length) % links.length;
    put();
  });
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => { dialog.remove(); links[at].focus(); });
  put();
  document.body.append(dialog);
  dialog.showModal();
  close.focus();
}

customElements.define("weft-enlarge", Enlarge);
