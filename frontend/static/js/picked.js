/* A record created for a choice in another tab: say so there and leave. */
class Picked extends HTMLElement {
  connectedCallback() {
    const { form, id, text } = this.dataset;
    const channel = new BroadcastChannel("weft-pick");
    channel.postMessage({ form, id, text });
    channel.close();
    window.close();
  }
}

customElements.define("weft-picked", Picked);
