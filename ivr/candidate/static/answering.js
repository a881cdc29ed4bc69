// The question page with a script: record, listen, send with progress, try again, and go on without loading the page.
import { canRecord, clock, Recorder } from "./recorder.js";
import { forget, keep, kept } from "./kept.js";

const $ = (id) => document.getElementById(id);
const page = $("answering");
const { path, worklet } = page.dataset;
const texts = JSON.parse(page.dataset.texts);
const stamp = document.querySelector("input[name=stamp]").value;
const QUIET = 0.01;
const WAITS_S = [2, 4, 8, 15, 30];

let asked = JSON.parse(page.dataset.question);
let blob = null; // the recording that can be sent
let takes = 0; // recordings made of this question
let waiting = null; // the timer of the next try
let pending = null; // what is to be sent, until we have it
let ticking = null;
let isRecording = false;

const recorder = new Recorder(worklet, (level) => {
  $("level").value = level;
});
const key = () => `${path} ${asked.question_id} ${asked.take}`;
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function say(text, isWarning = false) {
  $("state").textContent = text ?? "";
  $("state").hidden = !text;
  $("state").classList.toggle("warn", isWarning);
}

function busy(isBusy) {
  for (const button of page.querySelectorAll("button:not(#retry)")) button.disabled = isBusy;
  for (const button of $("skip").querySelectorAll("button")) button.disabled = isBusy;
}

// --- what is asked

function show(next) {
  if (next.done) {
    recorder.release();
    location.assign(`${path}/question`);
    return;
  }
  asked = next;
  blob = null;
  takes = 0;
  $("count").textContent = fill(texts.count, next);
  $("bar").max = next.total;
  $("bar").value = next.index - 1;
  $("question").textContent = next.text;
  document.title = next.text;
  $("second").hidden = !next.second_round;
  $("own").hidden = next.kind !== "own_question";
  $("about-resume").hidden = next.kind !== "resume_question";
  $("yes-no").hidden = next.kind !== "yes_no";
  $("writing").hidden = next.kind === "yes_no";
  $("text").value = "";
  for (const input of document.querySelectorAll("input[name=question_id]")) input.value = next.question_id;
  for (const input of document.querySelectorAll("input[name=take]")) input.value = next.take;
  prepare();
  say(next.already_received ? texts.late : "");
  $("question").focus();
}

function prepare() {
  $("voice").hidden = asked.kind === "yes_no" || !canRecord();
  $("limit").textContent = fill(texts.limit, { time: clock(asked.max_seconds) });
  $("review").hidden = true;
  $("record").hidden = false;
  $("record").textContent = texts.record;
}

// --- recording

async function begin() {
  try {
    await recorder.start();
  } catch {
    $("voice").hidden = true;
    say(texts.no_microphone, true);
    $("text").focus();
    return;
  }
  isRecording = true;
  takes += 1;
  say(texts.recording);
  $("record").textContent = texts.stop;
  $("record").classList.add("recording");
  $("clock").hidden = $("level").hidden = false;
  ticking = setInterval(tick, 200);
  tick();
}

function tick() {
  const left = Math.max(0, asked.max_seconds - recorder.seconds);
  $("clock").textContent = clock(left);
  if (left <= 0) end(texts.time_up);
}

async function end(why) {
  if (!isRecording) return;
  isRecording = false;
  clearInterval(ticking);
  const made = await recorder.stop();
  $("record").classList.remove("recording");
  $("clock").hidden = $("level").hidden = true;
  blob = made;
  await keep(key(), made);
  review(recorder.loudest < QUIET ? texts.nothing_heard : why);
}

function review(why) {
  if ($("playback").src) URL.revokeObjectURL($("playback").src);
  $("playback").src = URL.createObjectURL(blob);
  $("record").hidden = true;
  $("review").hidden = false;
  const mayAgain = takes <= asked.retakes;
  $("again").hidden = !mayAgain;
  $("hint").textContent = mayAgain ? texts.listen : texts.no_more_takes;
  say(why ?? "", why === texts.nothing_heard);
  $("send").focus();
}

$("record").addEventListener("click", () => (isRecording ? end() : begin()));
$("again").addEventListener("click", async () => {
  await forget(key());
  blob = null;
  prepare();
  begin();
});
$("send").addEventListener("click", () => {
  const form = new FormData();
  form.set("stamp", stamp);
  form.set("question_id", asked.question_id);
  form.set("take", asked.take);
  form.set("response_type", "audio");
  form.set("audio", blob, "answer.wav");
  deliver(form);
});

// --- sending

for (const id of ["yes-no", "writing", "skip"]) {
  $(id).addEventListener("submit", (event) => {
    event.preventDefault();
    const form = new FormData($(id), event.submitter);
    if (id === "writing" && !$("text").value.trim()) {
      say(texts.empty, true);
      $("text").focus();
      return;
    }
    deliver(form);
  });
}

async function deliver(form) {
  await end();
  pending = { form, tries: 0 };
  attempt();
}

function attempt() {
  if (!pending) return;
  clearTimeout(waiting);
  busy(true);
  $("retry").hidden = true;
  say(texts.sending);
  const request = new XMLHttpRequest();
  request.open("POST", `${path}/response`);
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.timeout = 120000;
  request.upload.onprogress = ({ loaded, total }) => {
    $("upload").hidden = false;
    $("upload").max = total;
    $("upload").value = loaded;
  };
  request.onload = () => arrived(request.status, request.response);
  request.onerror = request.ontimeout = lost;
  request.send(pending.form);
}

async function arrived(status, answer) {
  if (status === 429 || status >= 500) return lost();
  $("upload").hidden = true;
  pending = null;
  busy(false);
  if (status === 200) {
    await forget(key());
    return show(answer);
  }
  if (status === 409 && answer?.code === "late_response") {
    await forget(key());
    const now = await fetch(`${path}/question`, { headers: { Accept: "application/json" } });
    if (now.ok) {
      show(await now.json());
      say(texts.late, true);
      return;
    }
  }
  if (status === 409 || status === 404 || status === 410) {
    location.assign(path); // what was recorded is still kept here
    return;
  }
  say(texts.refused, true);
}

function lost() {
  $("upload").hidden = true;
  say(texts.lost, true);
  $("retry").hidden = false;
  // the button that was pressed is disabled by now, and the focus would be nowhere
  if (pending.tries === 0) $("retry").focus();
  const wait = WAITS_S[Math.min(pending.tries, WAITS_S.length - 1)];
  pending.tries += 1;
  waiting = setTimeout(attempt, wait * 1000);
}

$("retry").addEventListener("click", attempt);
window.addEventListener("online", attempt);
window.addEventListener("beforeunload", (event) => {
  if (pending || isRecording) event.preventDefault();
});

// --- the beginning

prepare();
const standing = await kept(key());
if (standing && asked.kind !== "yes_no") {
  blob = standing;
  takes = 1;
  review();
}
