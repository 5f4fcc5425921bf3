/* Files: uploaded as soon as they are chosen or dropped, so that a refused form keeps them. */
import { request, say, t, toast } from "weft/core";

class File_ extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector('input[type="file"]');
    this.list = this.querySelector(".weft-files");
    this.addEventListener("click", (event) => {
      if (!event.target.closest("[data-remove]")) return;
      event.target.closest(".weft-file").remove();
      this.input.focus();
      this.changed();
    });
    if (!this.dataset.url) {
      this.input.addEventListener("change", () => this.weigh());
      return;
    }
    this.input.removeAttribute("name");
    this.input.addEventListener("change", () => this.take([...this.input.files]));
    const drop = this.querySelector(".weft-drop");
    for (const name of ["dragover", "dragleave", "drop"]) {
      drop.addEventListener(name, (event) => {
        event.preventDefault();
        drop.classList.toggle("is-over", name === "dragover");
        if (name === "drop") this.take([...event.dataTransfer.files]);
      });
    }
  }

  /** Sent with the form: what is too large is told before anything is sent, and left out. */
  weigh() {
    const files = [...this.input.files];
    const fitting = files.filter((file) => !this.tooLarge(file));
    if (fitting.length === files.length) return;
    const holder = new DataTransfer();
    for (const file of fitting) holder.items.add(file);
    this.input.files = holder.files;
  }

  tooLarge(file) {
    const limit = Number(this.dataset.max ?? 0);
    if (!limit || file.size <= limit * 1024 * 1024) return false;
    toast(t("file.too_large", { name: file.name, size: `${limit} MB` }), "danger");
    return true;
  }

  async take(files) {
    this.input.value = "";
    for (const file of files) await this.send(file);
  }

  async send(file) {
    if (this.tooLarge(file)) return;
    const row = this.row(file.name);
    say(t("file.uploading", { name: file.name }));
    try {
      const body = new FormData();
      body.append("file", file);
      const answer = await request(this.dataset.url, { method: "POST", body });
      if (!answer.ok) throw new Error(String(answer.status));
      this.finish(row, await answer.json());
    } catch {
      row.remove();
      toast(t("file.failed", { name: file.name }), "danger");
    }
  }

  row(name) {
    if (!this.input.multiple) this.list.replaceChildren();
    const row = document.createElement("div");
    row.className = "weft-file";
    const text = document.createElement("span");
    text.textContent = name;
    row.append(text, document.createElement("progress"));
    this.list.append(row);
    return row;
  }

  finish(row, file) {
    const hidden = Object.assign(document.createElement("input"), { type: "hidden", name: this.dataset.name, value: file.id });
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-icon btn-ghost btn-sm", textContent: "×" });
    button.dataset.remove = "";
    button.setAttribute("aria-label", t("form.remove_item", { name: file.name }));
    row.querySelector("progress").replaceWith(button);
    row.prepend(hidden);
    say(t("file.uploaded", { name: file.name }));
    this.changed();
  }

  changed() {
    this.dispatchEvent(new Event("weft:changed", { bubbles: true }));
  }
}

customElements.define("weft-file", File_);
