// The practice: record, and hear it back. Nothing leaves this page.
import { canRecord, clock, Recorder } from "./recorder.js";

const $ = (id) => document.getElementById(id);
const texts = JSON.parse($("practising").dataset.texts);
const LONGEST_S = 30;

let isRecording = false;
let ticking = null;

const recorder = new Recorder($("practising").dataset.worklet, (level) => {
  $("level").value = level;
});

function say(text) {
  $("state").textContent = text;
  $("state").hidden = !text;
}

async function begin() {
  try {
    await recorder.start();
  } catch {
    $("voice").hidden = true;
    say(texts.no_microphone);
    return;
  }
  isRecording = true;
  $("review").hidden = true;
  say(texts.recording);
  $("record").textContent = texts.stop;
  $("record").classList.add("recording");
  $("clock").hidden = $("level").hidden = false;
  ticking = setInterval(tick, 200);
  tick();
}

function tick() {
  const left = Math.max(0, LONGEST_S - recorder.seconds);
  $("clock").textContent = clock(left);
  if (left <= 0) end();
}

async function end() {
  if (!isRecording) return;
  isRecording = false;
  clearInterval(ticking);
  const made = await recorder.stop();
  recorder.release();
  if ($("playback").src) URL.revokeObjectURL($("playback").src);
  $("playback").src = URL.createObjectURL(made);
  $("review").hidden = false;
  $("record").textContent = texts.again;
  $("record").classList.remove("recording");
  $("clock").hidden = $("level").hidden = true;
  say(recorder.loudest < 0.01 ? texts.nothing_heard : texts.practise_ready);
}

$("record").addEventListener("click", () => (isRecording ? end() : begin()));
if (canRecord()) {
  $("no-script").hidden = true;
  $("voice").hidden = false;
}
