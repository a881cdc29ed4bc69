// Pages are complete without this: it adds the browser's own clock to a choice, a button that copies, a word while one
// waits, and makes moments local in parts of the page that came later.

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

// A choice of clocks learns the reader's own. On a page that was just opened it is chosen instead of UTC; what came back
// from a form stays as it was sent.
class VivaClocks extends HTMLElement {
  connectedCallback() {
    const choice = this.querySelector("select");
    if (!choice || !zone || zone === "UTC" || [...choice.options].some((one) => one.value === zone)) return;
    const own = new Option(`my clock (${zone.replaceAll("_", " ")})`, zone);
    choice.add(own, 1);
    if (choice.value === "UTC" && this.hasAttribute("data-fresh")) choice.value = zone;
  }
}
customElements.define("viva-clocks", VivaClocks);

// A button beside a field that is shown once.
class VivaCopy extends HTMLElement {
  connectedCallback() {
    const field = document.getElementById(this.getAttribute("for"));
    if (!field || !navigator.clipboard || this.firstChild) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn sm";
    button.textContent = "Copy the link";
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(field.value);
        button.textContent = "Copied";
      } catch {
        field.select();
        button.textContent = "Press Ctrl+C to copy";
      }
    });
    this.append(button);
  }
}
customElements.define("viva-copy", VivaCopy);

// While a form is on its way its buttons say so and cannot be pressed twice.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-busy]");
  if (!form || event.defaultPrevented) return;
  const pressed = event.submitter;
  form.dataset.sent = "yes";
  // Only afterwards: a button that is turned off at once is not sent.
  setTimeout(() => {
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    const told = document.createElement("p");
    told.className = "busy";
    told.setAttribute("role", "status");
    const bar = document.createElement("progress");
    bar.setAttribute("aria-label", form.dataset.busy);
    told.append(bar, form.dataset.busy);
    (pressed?.closest(".row") ?? form).after(told);
  });
});
// What was typed last is on its way with the form: nobody needs to look at it any more.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.closest("form[data-sent]")) event.preventDefault();
});
// Who comes back finds the buttons as they were.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});

const forms = {
  day: new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" }),
  clock: new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
};
document.addEventListener("htmx:load", (event) => {
  if (!zone || zone === "UTC") return;
  for (const time of event.detail.elt.querySelectorAll?.("time[data-form]") ?? []) {
    time.textContent = forms[time.dataset.form].format(new Date(time.dateTime));
  }
});

// What would happen is said once when it changes, and not with all its rules.
document.addEventListener("htmx:afterSwap", (event) => {
  const said = document.getElementById("said");
  if (!said || event.detail.target?.id !== "verdict") return;
  const word = document.querySelector("#verdict .word");
  const text = word ? `${word.textContent.trim()}. ${word.nextElementSibling?.textContent.trim() ?? ""}` : "";
  if (said.textContent !== text) said.textContent = text;
});

// The address remembers job and person: whoever goes to record a consent comes back to the same choice.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form.start");
  if (!form) return;
  const data = new FormData(form);
  const kept = new URLSearchParams();
  for (const name of ["job", "candidate"]) if (data.get(name)) kept.set(name, data.get(name));
  window.history.replaceState(null, "", `${form.getAttribute("action")}?${kept}`);
});
