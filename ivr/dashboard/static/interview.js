// The interview's page from the keyboard, with speed, and with the place of listening in the address: a link that is
// copied leads whoever opens it to the same second. The page is complete without it.

const SPEEDS = [1, 1.25, 1.5, 2, 0.75];
const STEP_S = 5;
const OFF = "viva.keys.off";
const cards = [...document.querySelectorAll("article.q")];
const playerOf = (card) => card?.querySelector(`viva-player[id="${card.id}-play"]`) ?? null;
const players = [...document.querySelectorAll("viva-player")].filter((one) => one.audio);
let here = null; // the card that keys are about
let speed = 1;

// --- the address

function write(changes) {
  const address = new URL(location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) address.searchParams.delete(name);
    else address.searchParams.set(name, value);
  }
  if (address.href !== location.href) history.replaceState(history.state, "", address);
}

function remember(player) {
  const at = Math.floor(player.audio.currentTime);
  write({ at: player.id.replace(/-play$/, ""), t: at > 0 ? String(at) : null });
}

// --- speed

function setSpeed(wanted, { remembered = true } = {}) {
  speed = SPEEDS.includes(wanted) ? wanted : 1;
  for (const player of players) {
    player.audio.defaultPlaybackRate = speed;
    player.audio.playbackRate = speed;
    const button = player.querySelector(".speed");
    button.textContent = `${speed}×`;
    button.setAttribute("aria-label", `Speed of ${player.dataset.name}: ${speed} times`);
  }
  if (remembered) write({ speed: speed === 1 ? null : String(speed) });
}

const nextSpeed = () => setSpeed(SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length]);

for (const player of players) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "speed";
  button.addEventListener("click", nextSpeed);
  player.append(button);
  let written = -10;
  for (const name of ["pause", "seeked"]) player.audio.addEventListener(name, () => remember(player));
  player.audio.addEventListener("play", () => { go(player.closest("article.q"), { focus: false }); });
  player.audio.addEventListener("timeupdate", () => {
    // Browsers allow a page few changes of its address: once in five seconds is enough to find the place again.
    if (Math.abs(player.audio.currentTime - written) < STEP_S || player.audio.paused) return;
    written = player.audio.currentTime;
    remember(player);
  });
}

// --- from question to question

function go(card, { focus = true } = {}) {
  if (!card) return;
  here?.classList.remove("here");
  here = card;
  if (focus) {
    card.classList.add("here");
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "start" });
  }
}

function current() {
  return players.find((one) => !one.audio.paused) ?? playerOf(here) ?? playerOf(cards[0]);
}

const step = (by) => {
  const at = here ? cards.indexOf(here) : by > 0 ? -1 : cards.length;
  go(cards[Math.min(cards.length - 1, Math.max(0, at + by))]);
};

const keys = {
  " ": () => current()?.toggle(),
  ArrowLeft: () => { const player = current(); player?.seek(player.audio.currentTime - STEP_S); },
  ArrowRight: () => { const player = current(); player?.seek(player.audio.currentTime + STEP_S); },
  j: () => step(1),
  k: () => step(-1),
  s: nextSpeed,
};
// Where keys have a meaning of their own.
const OWN = "input,textarea,select,button,summary,audio,a[href],[role=slider],[contenteditable]";

function isOff() {
  try { return localStorage.getItem(OFF) === "yes"; } catch { return false; }
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isOff()) return;
  const letter = event.key.length === 1 && event.key !== " ";
  // Letters do nothing to a button or a link; space and arrows do.
  const own = event.target.closest?.(letter ? "input,textarea,select,[contenteditable]" : OWN);
  const act = keys[letter ? event.key.toLowerCase() : event.key];
  if (!act || own || event.shiftKey) return;
  event.preventDefault();
  act();
});

for (const card of cards) card.addEventListener("focusin", () => { if (here !== card) go(card, { focus: false }); });

// --- what the keys are, and a way to turn them off (WCAG 2.1.4)

if (players.length) {
  const hint = document.createElement("p");
  hint.className = "keys tiny";
  for (const [key, does] of [["Space", "plays"], ["← →", "5 seconds"], ["j k", "next and previous question"], ["s", "speed"]]) {
    const part = document.createElement("span");
    const cap = document.createElement("kbd");
    cap.textContent = key;
    part.append(cap, ` ${does}`);
    hint.append(part);
  }
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn ghost sm";
  const show = () => { button.textContent = isOff() ? "Turn keys on" : "Turn keys off"; };
  button.addEventListener("click", () => {
    try { localStorage.setItem(OFF, isOff() ? "no" : "yes"); } catch { /* a browser that keeps nothing keeps them on */ }
    show();
  });
  show();
  hint.append(button);
  document.getElementById("answers")?.parentElement.append(hint);
}

// --- where somebody was

const asked = new URL(location.href).searchParams;
setSpeed(Number(asked.get("speed") ?? 1), { remembered: false });
const was = players.find((one) => one.id === `${asked.get("at")}-play`);
const second = Number(asked.get("t"));
if (was) {
  here = was.closest("article.q");
  if (Number.isFinite(second) && second > 0) was.seek(second);
  if (!location.hash) here?.scrollIntoView({ block: "start" });
}
