// Pages are complete without this: it makes the waveform playable, quotes audible and moments local.

const STEP_S = 5;
const clock = (seconds) => {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
};

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "i f");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

// A player over an <audio> that is on the page already: a button, and the waveform as a slider.
class VivaPlayer extends HTMLElement {
  connectedCallback() {
    this.audio = this.querySelector("audio");
    if (!this.audio || this.button) return;
    this.wave = this.querySelector(".wave");
    this.bars = [...this.wave.querySelectorAll("rect")];
    this.shown = this.querySelector("[data-at]");
    this.audio.removeAttribute("controls");
    this.classList.add("live");

    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "pbtn o";
    this.prepend(this.button);
    this.button.addEventListener("click", () => this.toggle());

    this.wave.tabIndex = 0;
    this.wave.setAttribute("role", "slider");
    this.wave.setAttribute("aria-label", `Place in ${this.dataset.name}`);
    this.wave.setAttribute("aria-valuemin", "0");
    this.wave.addEventListener("keydown", (event) => this.key(event));
    this.wave.addEventListener("pointerdown", (event) => this.drag(event));
    this.wave.addEventListener("pointermove", (event) => event.buttons === 1 && this.drag(event));

    for (const name of ["play", "pause", "ended"]) this.audio.addEventListener(name, () => this.show());
    for (const name of ["timeupdate", "seeking", "durationchange"]) this.audio.addEventListener(name, () => this.show());
    this.audio.addEventListener("play", () => {
      for (const other of document.querySelectorAll("viva-player")) if (other !== this) other.audio?.pause();
    });
    this.audio.addEventListener("error", () => this.fail());
    this.show();
  }

  get duration() {
    const known = this.audio.duration;
    return Number.isFinite(known) && known > 0 ? known : Number(this.dataset.duration) || 0;
  }

  toggle() {
    if (this.audio.paused) this.play();
    else this.audio.pause();
  }

  play() {
    // A browser that does not let a page play leaves the button as it is: pressing it works.
    this.audio.play().catch(() => this.show());
  }

  seek(seconds) {
    const at = Math.min(Math.max(0, seconds), Math.max(0, this.duration - 0.1));
    const go = () => { this.audio.currentTime = at; this.show(); };
    if (this.audio.readyState > 0) go();
    else {
      this.audio.addEventListener("loadedmetadata", go, { once: true });
      this.audio.preload = "metadata";
      this.audio.load();
    }
  }

  key(event) {
    const at = this.audio.currentTime;
    const moves = {
      ArrowRight: at + STEP_S, ArrowUp: at + STEP_S, ArrowLeft: at - STEP_S, ArrowDown: at - STEP_S,
      Home: 0, End: this.duration,
    };
    if (event.key === " " || event.key === "Enter") this.toggle();
    else if (event.key in moves) this.seek(moves[event.key]);
    else return;
    event.preventDefault();
  }

  drag(event) {
    const box = this.wave.getBoundingClientRect();
    if (box.width) this.seek(((event.clientX - box.left) / box.width) * this.duration);
  }

  show() {
    const at = this.audio.currentTime;
    const heard = this.duration ? (at / this.duration) * this.bars.length : 0;
    this.bars.forEach((bar, place) => bar.classList.toggle("on", place < heard));
    this.shown.textContent = clock(at);
    this.wave.setAttribute("aria-valuemax", String(Math.round(this.duration)));
    this.wave.setAttribute("aria-valuenow", String(Math.round(at)));
    this.wave.setAttribute("aria-valuetext", `${clock(at)} of ${clock(this.duration)}`);
    const plays = !this.audio.paused && !this.audio.ended;
    if (this.button.dataset.plays !== String(plays)) {
      this.button.dataset.plays = String(plays);
      this.button.classList.toggle("o", !plays);
      this.button.setAttribute("aria-label", `${plays ? "Pause" : "Play"} ${this.dataset.name}`);
      this.button.replaceChildren(icon(plays ? "pause" : "play"));
    }
  }

  fail() {
    if (this.querySelector(".bad")) return;
    const note = document.createElement("p");
    note.className = "bad";
    note.setAttribute("role", "status");
    note.textContent = "The audio could not be loaded. Load the page again to try once more.";
    this.append(note);
  }
}
customElements.define("viva-player", VivaPlayer);

// A quote and its number light up together, and the answer plays from there.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-quote]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  for (const lit of document.querySelectorAll("mark.on, a.g.on")) lit.classList.remove("on");
  const quote = link.dataset.quote;
  for (const mark of document.getElementsByClassName(quote)) mark.classList.add("on");
  for (const number of document.querySelectorAll(`a.g[data-quote="${CSS.escape(quote)}"]`)) number.classList.add("on");
  const other = link.classList.contains("g")
    ? document.getElementsByClassName(quote)[0]
    : document.querySelector(`a.g[data-quote="${CSS.escape(quote)}"]`);
  other?.scrollIntoView({ block: "nearest" });
  const player = document.getElementById(link.dataset.player);
  if (player?.audio && link.dataset.seek !== undefined) {
    player.seek(Number(link.dataset.seek));
    player.play();
  }
});

// On a narrow screen the sections scroll sideways: the one that is open is to be seen.
document.querySelector(".nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// Moments in the reader's own time.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && zone !== "UTC") {
  const forms = {
    day: new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" }),
    clock: new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  };
  const localise = (part) => {
    for (const time of part.querySelectorAll("time[data-form]")) {
      time.textContent = forms[time.dataset.form].format(new Date(time.dateTime));
    }
  };
  localise(document);
  // What htmx brings later too.
  document.addEventListener("htmx:load", (event) => localise(event.detail.elt));
  for (const note of document.querySelectorAll("[data-zone]")) note.textContent = `Times are yours (${zone.replaceAll("_", " ")}).`;
}
