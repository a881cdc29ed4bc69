// Pages are complete without this: it spares a few steps with the pages of keys, settings and status.

// A button beside a field that is there to be copied.
class VivaCopy extends HTMLElement {
  connectedCallback() {
    const field = this.querySelector("input, textarea");
    if (!field || this.querySelector("button") || !navigator.clipboard) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn";
    button.textContent = "Copy";
    const said = document.createElement("span");
    said.className = "sr";
    said.setAttribute("role", "status");
    this.append(button, said);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(field.value);
        button.textContent = said.textContent = "Copied";
      } catch {
        field.select();
        button.textContent = said.textContent = "Selected: copy it by keyboard";
      }
    });
  }
}
customElements.define("viva-copy", VivaCopy);
