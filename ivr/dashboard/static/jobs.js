// The pages about jobs read without this: it plays an answer from where a quote was said, and one sound at a time.

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-listen]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const audio = document.getElementById(link.dataset.listen);
  if (!audio) return;
  event.preventDefault();
  const at = Number(link.dataset.seek);
  const go = () => { audio.currentTime = at; };
  if (audio.readyState > 0) go();
  else audio.addEventListener("loadedmetadata", go, { once: true });
  // A browser that does not let a page play leaves the player as it is: pressing it works.
  audio.play().catch(() => {});
});

document.addEventListener("play", (event) => {
  for (const other of document.querySelectorAll("audio")) if (other !== event.target) other.pause();
}, true);
