// Runs beside the page, where sound must not stutter: brings the microphone's samples to 16 kHz and hands them over.
const TARGET_HZ = 16000;
const BATCH = 1600; // a tenth of a second

class Recorder extends AudioWorkletProcessor {
  constructor() {
    super();
    this.step = sampleRate / TARGET_HZ;
    this.sum = 0;
    this.count = 0;
    this.left = this.step;
    this.batch = new Int16Array(BATCH);
    this.filled = 0;
    this.isOn = true;
    this.port.onmessage = () => {
      // the last words are in a batch that is not full
      this.port.postMessage({ samples: this.batch.slice(0, this.filled), isLast: true });
      this.isOn = false;
    };
  }

  process(inputs) {
    const channel = inputs[0][0];
    if (!channel) return this.isOn;
    for (const sample of channel) {
      // each new sample is the mean of those that it stands for, which also takes away what is too high to keep
      this.sum += sample;
      this.count += 1;
      this.left -= 1;
      while (this.left <= 0) {
        if (this.count) this.value = this.sum / this.count;
        this.put(this.value || 0);
        this.sum = 0;
        this.count = 0;
        this.left += this.step;
      }
    }
    return this.isOn;
  }

  put(value) {
    const limited = Math.max(-1, Math.min(1, value));
    this.batch[this.filled] = limited < 0 ? limited * 0x8000 : limited * 0x7fff;
    this.filled += 1;
    if (this.filled < BATCH) return;
    this.port.postMessage({ samples: this.batch, isLast: false });
    this.batch = new Int16Array(BATCH);
    this.filled = 0;
  }
}

registerProcessor("recorder", Recorder);
