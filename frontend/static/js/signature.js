/* A signature is drawn, or set from a typed name, and becomes the picture that the form sends. */
import { say, t } from "weft/core";

class Signature extends HTMLElement {
  connectedCallback() {
    this.canvas = this.querySelector("canvas");
    this.pen = this.canvas.getContext("2d");
    this.file = this.querySelector('input[type="file"]');
    this.typed = this.querySelector("[data-typed]");
    this.querySelector("[data-pad]").hidden = false;
    this.stand();
    this.canvas.addEventListener("pointerdown", (event) => this.begin(event));
    this.canvas.addEventListener("pointermove", (event) => this.draw(event));
    for (const name of ["pointerup", "pointercancel"]) this.canvas.addEventListener(name, () => { this.drawing = false; });
    this.typed.addEventListener("input", () => this.write());
    this.typed.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); this.use(); } });
    this.querySelector("[data-use]").addEventListener("click", () => this.use());
    this.querySelector("[data-clear]").addEventListener("click", () => { this.typed.value = ""; this.wipe(); });
    this.wipe();
  }

  /** The line for a name stands for the input that is hidden: whoever is led to the field arrives there. */
  stand() {
    const led = document.activeElement === this.file;
    for (const name of ["id", "aria-invalid", "aria-describedby", "aria-required"]) {
      const value = this.file.getAttribute(name);
      if (value !== null) this.typed.setAttribute(name, value);
      this.file.removeAttribute(name);
    }
    this.file.closest(".weft-drop").hidden = true;
    if (led) this.typed.focus();
  }

  wipe() {
    this.signed = false;
    this.pen.fillStyle = "#fff";
    this.pen.fillRect(0, 0, this.canvas.width, this.canvas.height);
    Object.assign(this.pen, { strokeStyle: "#111", fillStyle: "#111", lineWidth: 4, lineCap: "round", lineJoin: "round" });
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * this.canvas.width) / box.width, ((event.clientY - box.top) * this.canvas.height) / box.height];
  }

  begin(event) {
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    [this.drawing, this.signed] = [true, true];
    this.pen.beginPath();
    this.pen.moveTo(...this.at(event));
  }

  draw(event) {
    if (!this.drawing) return;
    this.pen.lineTo(...this.at(event));
    this.pen.stroke();
  }

  /** Whoever cannot draw types a name, which is written in its place. */
  write() {
    this.wipe();
    const text = this.typed.value.trim();
    if (!text) return;
    this.signed = true;
    Object.assign(this.pen, { textAlign: "center", textBaseline: "middle", font: 'italic 88px "Segoe Script", "Snell Roundhand", "STXingkai", "KaiTi", cursive' });
    this.pen.fillText(text, this.canvas.width / 2, this.canvas.height / 2, this.canvas.width - 40);
  }

  use() {
    if (!this.signed) { this.typed.focus(); return; }
    this.canvas.toBlob((blob) => {
      const holder = new DataTransfer();
      holder.items.add(new File([blob], "signature.png", { type: "image/png" }));
      this.file.closest(".weft-drop").hidden = Boolean(this.querySelector("weft-file").dataset.url);
      this.file.files = holder.files;
      this.file.dispatchEvent(new Event("change", { bubbles: true }));
      say(t("signature.used"));
    }, "image/png");
  }
}

customElements.define("weft-signature", Signature);
