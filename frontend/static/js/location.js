/* Asks the device where it is, when its button is pressed and not before. */
import { say, t, toast } from "weft/core";

class Location extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    if (!navigator.geolocation || !window.isSecureContext) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      button.disabled = true;
      const done = () => { button.disabled = false; };
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => { done(); this.put(coords); },
        () => { done(); toast(t("location.failed"), "danger"); },
        { enableHighAccuracy: true, timeout: 15000 },
      );
    });
  }

  put({ latitude, longitude }) {
    const input = this.querySelector("input");
    input.value = `${latitude.toFixed(6)},${longitude.toFixed(6)}`;
    for (const name of ["input", "change"]) input.dispatchEvent(new Event(name, { bubbles: true }));
    say(t("location.found"));
  }
}

customElements.define("weft-location", Location);
