/* Reads a barcode with the camera into the input beside it, in browsers that can. */
import { say, t, toast } from "weft/core";

const PAUSE = 200;

class Scan extends HTMLElement {
  connectedCallback() {
    if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return;
    this.button = this.querySelector("button");
    this.button.hidden = false;
    this.button.addEventListener("click", () => this.look().catch(() => toast(t("scan.failed"), "danger")));
  }

  async look() {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    const dialog = document.createElement("dialog");
    dialog.className = "weft-dialog";
    dialog.setAttribute("aria-label", this.button.textContent.trim());
    const video = Object.assign(document.createElement("video"), { srcObject: stream, muted: true, playsInline: true });
    video.style.width = "100%";
    const close = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: t("common.close") });
    close.addEventListener("click", () => dialog.close());
    dialog.append(video, close);
    document.body.append(dialog);
    dialog.addEventListener("close", () => {
      for (const track of stream.getTracks()) track.stop();
      dialog.remove();
      this.button.focus();
    });
    dialog.showModal();
    await video.play();
    const detector = new window.BarcodeDetector();
    while (dialog.open) {
      const [found] = await detector.detect(video);
      if (found) { this.put(found.rawValue); dialog.close(); return; }
      await new Promise((resolve) => { setTimeout(resolve, PAUSE); });
    }
  }

  put(text) {
    const input = this.querySelector("input");
    input.value = text;
    for (const name of ["input", "change"]) input.dispatchEvent(new Event(name, { bubbles: true }));
    say(t("scan.found"));
  }
}

customElements.define("weft-scan", Scan);
