// Live calls without loading the page: the stream says that the line looks different, and the part that changed is
// asked for. Where no stream is to be had htmx asks every few seconds. Without this the page says how it stood.

const TICK_MS = 1000;
const SAY_LOST_MS = 4000;
const STREAM_AGAIN_MS = 15_000;
const region = document.getElementById("calls");
const words = [...document.querySelectorAll("[data-live]")];
let mode = "still"; // how the page is kept up: live or poll
let doubt = null; // a stream that broke off a moment ago: servers end one every five minutes, and it comes back

function say(state) {
  for (const one of words) one.hidden = one.dataset.live !== state;
}

const clock = (seconds) => {
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${h ? `${h}:${String(m).padStart(2, "0")}` : m}:${String(s).padStart(2, "0")}`;
};

// Counts on from what the server said, so that a wrong clock here does no harm.
class VivaElapsed extends HTMLElement {
  connectedCallback() {
    const began = performance.now();
    const from = Number(this.dataset.s) || 0;
    this.timer = setInterval(() => {
      this.textContent = clock(from + Math.floor((performance.now() - began) / 1000));
    }, TICK_MS);
  }

  disconnectedCallback() { clearInterval(this.timer); }
}
customElements.define("viva-elapsed", VivaElapsed);

// --- what comes back

// Somebody is about to end a call: the form stays where it is, and the next look brings the rest.
const isBusy = () => region.querySelector("details[open]") !== null;

region.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  // Whoever is logged out meanwhile gets the login page, which is no part of this one.
  if (new URL(xhr.responseURL, location.href).pathname === "/login") { event.detail.shouldSwap = false; location.reload(); }
  else if (isBusy()) event.detail.shouldSwap = false;
});
region.addEventListener("toggle", (event) => { if (!event.target.open) look(); }, true);
region.addEventListener("htmx:afterRequest", (event) => { say(event.detail.successful ? mode : "lost"); });

function look() { window.htmx.trigger(region, "look"); }

// --- when to ask

function poll() {
  mode = "poll";
  region.setAttribute("hx-trigger", "look, every 4s");
  window.htmx.process(region);
  look();
}

function follow() {
  const stream = new EventSource("/live/stream");
  stream.addEventListener("open", () => {
    clearTimeout(doubt);
    mode = "live";
    region.setAttribute("hx-trigger", "look");
    window.htmx.process(region);
    say(mode);
  });
  stream.addEventListener("changed", look);
  stream.addEventListener("error", () => {
    clearTimeout(doubt);
    if (stream.readyState === EventSource.CLOSED) {
      // Refused: all places are taken. Sooner or later one is free again.
      if (mode !== "poll") poll();
      setTimeout(follow, STREAM_AGAIN_MS);
    } else doubt = setTimeout(() => say("lost"), SAY_LOST_MS);
  });
  addEventListener("pagehide", () => stream.close(), { once: true });
}
// A page that the browser brings back from its memory has no stream any more.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

follow();
