// A transcript that follows its audio word by word, and a word that leads to its second. From the keyboard the player's
// slider and the quotes lead to the same places. The words are readable without this.

// The last word of these that has begun; they are in the order in which they were said.
function wordAt(starts, seconds) {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= seconds + 0.05) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

for (const said of document.querySelectorAll("[data-follows]")) {
  const player = document.getElementById(said.dataset.follows);
  if (!player?.audio) continue;
  const { audio } = player;
  const words = [...said.querySelectorAll("[data-s]")];
  const starts = words.map((word) => Number(word.dataset.s));
  let lit = -1;

  const light = () => {
    const at = audio.currentTime;
    // Before the first sound, and once it is over, nothing is being said.
    const now = at > 0 && !audio.ended ? wordAt(starts, at) : -1;
    if (now === lit) return;
    words[lit]?.classList.remove("now");
    words[now]?.classList.add("now");
    lit = now;
  };
  // Browsers tell the time four times a second, which is slower than people speak.
  const run = () => { light(); if (!audio.paused && !audio.ended) requestAnimationFrame(run); };
  audio.addEventListener("play", run);
  for (const name of ["seeked", "timeupdate", "ended"]) audio.addEventListener(name, light);

  said.classList.add("follows");
  said.addEventListener("click", (event) => {
    const word = event.target.closest("[data-s]");
    // Quotes lead to where they begin; a selection is for copying.
    if (!word || event.target.closest("a") || String(getSelection())) return;
    player.seek(Number(word.dataset.s));
    player.play();
  });
}
